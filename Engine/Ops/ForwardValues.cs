namespace MlPipeline.Engine.Ops;

/// <summary>What a backward pass reads of the forward pass, besides shapes and what is constant.</summary>
[Flags]
internal enum ForwardValues
{
    None = 0,
    Inputs = 1,
    Outputs = 2,
}

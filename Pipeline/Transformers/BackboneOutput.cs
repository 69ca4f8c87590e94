namespace MlPipeline.Pipeline.Transformers;

/// <summary>What a run of the network is asked for.</summary>
[Flags]
internal enum BackboneOutput
{
    None = 0,
    Features = 1,
    FeatureMap = 2,
    Logits = 4,
}

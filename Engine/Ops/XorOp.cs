namespace MlPipeline.Engine.Ops;

/// <summary>Whether one of a and b is true, with broadcasting.</summary>
internal sealed class XorOp() : LogicalOp("Xor")
{
    public override bool Of(bool a, bool b) => a != b;
}

namespace MlPipeline.Engine.Ops;

/// <summary>Whether one of a and b is true, with broadcasting.</summary>
internal sealed class XorOp() : LogicalOp("Xor")
{
    protected override bool Holds(long a, long b) => (a ^ b) != 0;
}

namespace MlPipeline.Engine.Ops;

/// <summary>Whether a and b are both true, with broadcasting.</summary>
internal sealed class AndOp() : LogicalOp("And")
{
    protected override bool Holds(long a, long b) => (a & b) != 0;
}

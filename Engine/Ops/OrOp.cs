namespace MlPipeline.Engine.Ops;

/// <summary>Whether a or b or both are true, with broadcasting.</summary>
internal sealed class OrOp() : LogicalOp("Or")
{
    protected override bool Holds(long a, long b) => (a | b) != 0;
}

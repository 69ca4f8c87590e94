namespace MlPipeline.Engine.Ops;

/// <summary>The index of the largest element along a dimension.</summary>
internal sealed class ArgMaxOp() : ExtremeIndexOp("ArgMax")
{
    public override bool IsBetter(double value, double than) => value > than;
}

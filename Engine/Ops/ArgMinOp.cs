namespace MlPipeline.Engine.Ops;

/// <summary>The index of the smallest element along a dimension.</summary>
internal sealed class ArgMinOp() : ExtremeIndexOp("ArgMin")
{
    public override bool IsBetter(double value, double than) => value < than;
}

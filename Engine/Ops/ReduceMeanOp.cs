namespace MlPipeline.Engine.Ops;

/// <summary>The mean over some dimensions.</summary>
internal sealed class ReduceMeanOp() : ReductionOp("ReduceMean", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + value;

    public override double Finish(double folded, int count) => folded / count;
}

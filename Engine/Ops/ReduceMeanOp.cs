namespace MlPipeline.Engine.Ops;

/// <summary>The mean over some dimensions.</summary>
internal sealed class ReduceMeanOp() : ReductionOp("ReduceMean", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + value;

    public override double Finish(double folded, int count) => folded / count;

    public override long Fold(long folded, long value) => unchecked(folded + value);

    // Of none: an error, since no whole number stands for it.
    public override long Finish(long folded, int count) => folded / count;
}

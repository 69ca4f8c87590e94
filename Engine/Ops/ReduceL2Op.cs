namespace MlPipeline.Engine.Ops;

/// <summary>The Euclidean length over some dimensions.</summary>
internal sealed class ReduceL2Op() : ReductionOp("ReduceL2", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + (value * value);

    public override double Finish(double folded, int count) => Math.Sqrt(folded);

    public override long Fold(long folded, long value) => unchecked(folded + (value * value));

    public override long Finish(long folded, int count) => (long)Math.Sqrt(folded);
}

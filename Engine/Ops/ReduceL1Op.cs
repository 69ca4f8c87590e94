namespace MlPipeline.Engine.Ops;

/// <summary>The sum of magnitudes over some dimensions.</summary>
internal sealed class ReduceL1Op() : ReductionOp("ReduceL1", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + Math.Abs(value);

    public override long Fold(long folded, long value) => unchecked(folded + (value < 0 ? -value : value));
}

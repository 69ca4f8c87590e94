namespace MlPipeline.Engine.Ops;

/// <summary>The sum of squares over some dimensions.</summary>
internal sealed class ReduceSumSquareOp() : ReductionOp("ReduceSumSquare", axesInputSince: 18)
{
    public override double Fold(double folded, double value) => folded + (value * value);

    public override long Fold(long folded, long value) => unchecked(folded + (value * value));
}

namespace MlPipeline.Engine.Ops;

/// <summary>The sum over some dimensions.</summary>
internal sealed class ReduceSumOp() : ReductionOp("ReduceSum", axesInputSince: 13)
{
    public override double Fold(double folded, double value) => folded + value;

    public override long Fold(long folded, long value) => unchecked(folded + value);
}

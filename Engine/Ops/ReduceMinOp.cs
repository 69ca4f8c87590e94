namespace MlPipeline.Engine.Ops;

/// <summary>The smallest over some dimensions.</summary>
internal sealed class ReduceMinOp() : ReductionOp("ReduceMin", axesInputSince: 18)
{
    public override double Start => double.PositiveInfinity;

    public override double Fold(double folded, double value) => Math.Min(folded, value);

    public override long Fold(long folded, long value) => Math.Min(folded, value);
}

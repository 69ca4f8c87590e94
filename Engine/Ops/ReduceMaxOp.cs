namespace MlPipeline.Engine.Ops;

/// <summary>The largest over some dimensions.</summary>
internal sealed class ReduceMaxOp() : ReductionOp("ReduceMax", axesInputSince: 18)
{
    public override double Start => double.NegativeInfinity;

    public override double Fold(double folded, double value) => Math.Max(folded, value);

    public override long Fold(long folded, long value) => Math.Max(folded, value);
}

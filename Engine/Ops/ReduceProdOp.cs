namespace MlPipeline.Engine.Ops;

/// <summary>The product over some dimensions.</summary>
internal sealed class ReduceProdOp() : ReductionOp("ReduceProd", axesInputSince: 18)
{
    public override double Start => 1;

    public override double Fold(double folded, double value) => folded * value;

    public override long Fold(long folded, long value) => unchecked(folded * value);
}

namespace MlPipeline.Engine.Ops;

/// <summary>The sum of all inputs, with broadcasting.</summary>
internal sealed class SumOp() : VariadicOp("Sum", onWholeNumbers: false)
{
    public override float Fold(float a, float b) => a + b;
}

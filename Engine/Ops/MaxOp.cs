namespace MlPipeline.Engine.Ops;

/// <summary>The largest of all inputs, with broadcasting.</summary>
internal sealed class MaxOp() : VariadicOp("Max", onWholeNumbers: true)
{
    public override float Fold(float a, float b) => MathF.Max(a, b);

    public override long Fold(long a, long b) => Math.Max(a, b);
}

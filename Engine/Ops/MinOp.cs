namespace MlPipeline.Engine.Ops;

/// <summary>The smallest of all inputs, with broadcasting.</summary>
internal sealed class MinOp() : VariadicOp("Min", onWholeNumbers: true)
{
    public override float Fold(float a, float b) => MathF.Min(a, b);

    public override long Fold(long a, long b) => Math.Min(a, b);
}

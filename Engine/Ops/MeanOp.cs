namespace MlPipeline.Engine.Ops;

/// <summary>The mean of all inputs, with broadcasting.</summary>
internal sealed class MeanOp() : VariadicOp("Mean", onWholeNumbers: false)
{
    public override float Fold(float a, float b) => a + b;

    public override float Finish(float folded, int count) => folded / count;
}

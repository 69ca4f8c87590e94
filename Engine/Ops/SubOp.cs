namespace MlPipeline.Engine.Ops;

/// <summary>a - b, with broadcasting.</summary>
internal sealed class SubOp() : BinaryOp("Sub")
{
    public override float Apply(float a, float b) => a - b;

    public override long Apply(long a, long b) => unchecked(a - b);
}

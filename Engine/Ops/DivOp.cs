namespace MlPipeline.Engine.Ops;

/// <summary>a / b, with broadcasting; of whole numbers: towards zero.</summary>
internal sealed class DivOp() : BinaryOp("Div")
{
    public override float Apply(float a, float b) => a / b;

    public override long Apply(long a, long b) => a / b;
}

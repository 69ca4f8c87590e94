using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x / (1 + |x|).</summary>
internal sealed class SoftsignOp() : UnaryOp("Softsign")
{
    public override Func<float, float> Function(Node node) => x => x / (1 + MathF.Abs(x));
}

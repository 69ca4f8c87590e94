using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = tanh(x).</summary>
internal sealed class TanhOp() : UnaryOp("Tanh")
{
    public override Func<float, float> Function(Node node) => x => MathF.Tanh(x);
}

using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = max(x, 0).</summary>
internal sealed class ReluOp() : UnaryOp("Relu")
{
    public override Func<float, float> Function(Node node) => x => x > 0 ? x : float.IsNaN(x) ? x : 0;
}

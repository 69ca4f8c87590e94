using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x where x is at least 0, alpha x elsewhere (alpha: 0.01).</summary>
internal sealed class LeakyReluOp() : UnaryOp("LeakyRelu", "alpha")
{
    public override Func<float, float> Function(Node node)
    {
        var alpha = node.Attributes.Float("alpha", 0.01f);
        return x => x >= 0 ? x : alpha * x;
    }
}

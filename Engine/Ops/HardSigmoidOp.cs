using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = max(0, min(1, alpha x + beta)) (alpha: 0.2, beta: 0.5).</summary>
internal sealed class HardSigmoidOp() : UnaryOp("HardSigmoid", "alpha", "beta")
{
    public override Func<float, float> Function(Node node)
    {
        var alpha = node.Attributes.Float("alpha", 0.2f);
        var beta = node.Attributes.Float("beta", 0.5f);
        return x => MathF.Max(0, MathF.Min(1, (alpha * x) + beta));
    }
}

using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x where x is at least 0, alpha (e^x - 1) elsewhere (alpha: 1).</summary>
internal sealed class EluOp() : UnaryOp("Elu", "alpha")
{
    public override Func<float, float> Function(Node node)
    {
        var alpha = node.Attributes.Float("alpha", 1);
        return x => x >= 0 ? x : alpha * (MathF.Exp(x) - 1);
    }
}

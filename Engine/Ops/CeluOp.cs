using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x where x is at least 0, alpha (e^(x / alpha) - 1) elsewhere (alpha: 1; Barron 2017).</summary>
internal sealed class CeluOp() : UnaryOp("Celu", "alpha")
{
    public override Func<float, float> Function(Node node)
    {
        var alpha = node.Attributes.Float("alpha", 1);
        return x => x >= 0 ? x : (float)(alpha * (Math.Exp((double)x / alpha) - 1));
    }
}

using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = x where x is above alpha, 0 elsewhere (alpha: 1).</summary>
internal sealed class ThresholdedReluOp() : UnaryOp("ThresholdedRelu", "alpha")
{
    public override Func<float, float> Function(Node node)
    {
        var alpha = node.Attributes.Float("alpha", 1);
        return x => x > alpha ? x : 0;
    }
}

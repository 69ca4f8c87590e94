using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Self-normalising linear unit (Klambauer et al. 2017): y = gamma x where x is positive, gamma alpha (e^x - 1) elsewhere.
/// </summary>
internal sealed class SeluOp() : UnaryOp("Selu", "alpha", "gamma")
{
    public override Func<float, float> Function(Node node)
    {
        // Up to operator set 5 the defaults were rounded to four decimals.
        var alpha = node.Attributes.Float("alpha", node.Opset < 6 ? 1.6732f : 1.67326319217681884765625f);
        var gamma = node.Attributes.Float("gamma", node.Opset < 6 ? 1.0507f : 1.05070102214813232421875f);
        return x => x > 0 ? gamma * x : gamma * ((alpha * MathF.Exp(x)) - alpha);
    }
}

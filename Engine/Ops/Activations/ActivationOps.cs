using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Elementwise;

namespace MlPipeline.Engine.Ops.Activations;

/// <summary>y = x where x is at least 0, alpha (e^(x / alpha) - 1) elsewhere (alpha: 1; Barron 2017).</summary>
internal sealed class CeluOp() : UnaryOp("Celu", node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return x => x >= 0 ? x : (float)(alpha * (Math.Exp((double)x / alpha) - 1));
}, node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return (x, _) => x >= 0 ? 1 : (float)Math.Exp((double)x / alpha);
}, "alpha");

/// <summary>y = x where x is at least 0, alpha (e^x - 1) elsewhere (alpha: 1).</summary>
internal sealed class EluOp() : UnaryOp("Elu", node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return x => x >= 0 ? x : alpha * (MathF.Exp(x) - 1);
}, node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return (x, y) => x >= 0 ? 1 : y + alpha;
}, "alpha");

/// <summary>y = x times the normal distribution's share below x (Hendrycks and Gimpel 2016), exact or by tanh.</summary>
internal sealed class GeluOp() : UnaryOp("Gelu", node => node.Attributes.Text("approximate", "none") == "tanh"
    ? x => (float)(0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))))
    : x => (float)(0.5 * x * (1 + ErfOp.ErrorFunction(x / Math.Sqrt(2)))),
    node => node.Attributes.Text("approximate", "none") == "tanh" ? (x, _) => SlopeByTanh(x) : (x, _) => ExactSlope(x),
    "approximate")
{
    private static float ExactSlope(double x) =>
        (float)((0.5 * (1 + ErfOp.ErrorFunction(x / Math.Sqrt(2)))) + (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI)));

    private static float SlopeByTanh(double x)
    {
        var root = Math.Sqrt(2 / Math.PI);
        var tanh = Math.Tanh(root * (x + (0.044715 * x * x * x)));
        return (float)((0.5 * (1 + tanh)) + (0.5 * x * (1 - (tanh * tanh)) * root * (1 + (3 * 0.044715 * x * x))));
    }

    protected override void Validate(Node node)
    {
        if (node.Attributes.Text("approximate", "none") is not ("none" or "tanh"))
            throw node.Error($"attribute 'approximate' cannot be '{node.Attributes.Text("approximate")}'");
    }
}

/// <summary>y = max(0, min(1, alpha x + beta)) (alpha: 0.2, beta: 0.5).</summary>
internal sealed class HardSigmoidOp() : UnaryOp("HardSigmoid", node =>
{
    var alpha = node.Attributes.Float("alpha", 0.2f);
    var beta = node.Attributes.Float("beta", 0.5f);
    return x => MathF.Max(0, MathF.Min(1, (alpha * x) + beta));
}, node =>
{
    var alpha = node.Attributes.Float("alpha", 0.2f);
    return (_, y) => y is > 0 and < 1 ? alpha : 0;
}, "alpha", "beta");

/// <summary>y = x max(0, min(1, x / 6 + 0.5)).</summary>
internal sealed class HardSwishOp() : UnaryOp("HardSwish", _ => x => x * MathF.Max(0, MathF.Min(1, (x / 6) + 0.5f)),
    _ => (x, _) => x <= -3 ? 0 : x >= 3 ? 1 : (x / 3) + 0.5f);

/// <summary>y = x where x is at least 0, alpha x elsewhere (alpha: 0.01).</summary>
internal sealed class LeakyReluOp() : UnaryOp("LeakyRelu", node =>
{
    var alpha = node.Attributes.Float("alpha", 0.01f);
    return x => x >= 0 ? x : alpha * x;
}, node =>
{
    var alpha = node.Attributes.Float("alpha", 0.01f);
    return (x, _) => x > 0 ? 1 : alpha;
}, "alpha");

/// <summary>y = x tanh(ln(1 + e^x)) (Misra 2019).</summary>
internal sealed class MishOp() : UnaryOp(
    "Mish", _ => x => (float)(x * Math.Tanh(x > 20 ? x : Math.Log(1 + Math.Exp(x)))), _ => (x, _) =>
    {
        var tanh = Math.Tanh(x > 20 ? x : Math.Log(1 + Math.Exp(x)));
        return (float)(tanh + (x * (1 - (tanh * tanh)) / (1 + Math.Exp(-(double)x))));
    });

/// <summary>y = max(x, 0).</summary>
internal sealed class ReluOp() : UnaryOp("Relu", _ => x => x > 0 ? x : float.IsNaN(x) ? x : 0,
    _ => (_, y) => y > 0 ? 1 : 0);

/// <summary>
/// Self-normalising linear unit (Klambauer et al. 2017): y = gamma x where x is positive, gamma alpha (e^x - 1) elsewhere.
/// </summary>
internal sealed class SeluOp() : UnaryOp("Selu", node =>
{
    // Up to operator set 5 the defaults were rounded to four decimals.
    var alpha = node.Attributes.Float("alpha", node.Opset < 6 ? 1.6732f : 1.67326319217681884765625f);
    var gamma = node.Attributes.Float("gamma", node.Opset < 6 ? 1.0507f : 1.05070102214813232421875f);
    return x => x > 0 ? gamma * x : gamma * ((alpha * MathF.Exp(x)) - alpha);
}, node =>
{
    var alpha = node.Attributes.Float("alpha", node.Opset < 6 ? 1.6732f : 1.67326319217681884765625f);
    var gamma = node.Attributes.Float("gamma", node.Opset < 6 ? 1.0507f : 1.05070102214813232421875f);
    return (x, y) => x > 0 ? gamma : y + (gamma * alpha);
}, "alpha", "gamma");

/// <summary>y = 1 / (1 + e^-x).</summary>
internal sealed class SigmoidOp() : UnaryOp(
    "Sigmoid", _ => x => x >= 0 ? 1 / (1 + MathF.Exp(-x)) : MathF.Exp(x) / (1 + MathF.Exp(x)), _ => (_, y) => y * (1 - y));

/// <summary>y = ln(1 + e^x).</summary>
internal sealed class SoftplusOp() : UnaryOp(
    "Softplus", _ => x => x > 0 ? x + LogOnePlus(MathF.Exp(-x)) : LogOnePlus(MathF.Exp(x)),
    _ => (x, _) => 1 / (1 + MathF.Exp(-x)))
{
    // Accurate for small u too, where 1 + u rounds to 1.
    private static float LogOnePlus(float u) => (float)Math.Log(1.0 + u);
}

/// <summary>y = x / (1 + |x|).</summary>
internal sealed class SoftsignOp() : UnaryOp("Softsign", _ => x => x / (1 + MathF.Abs(x)),
    _ => (x, _) => 1 / ((1 + MathF.Abs(x)) * (1 + MathF.Abs(x))));

/// <summary>
/// y = x / (1 + e^(-alpha x)) (alpha: 1; Ramachandran et al. 2017). Files have it as a product with a sigmoid, from which a
/// rewrite makes it.
/// </summary>
internal sealed class SwishOp() : UnaryOp("Swish", node =>
{
    double alpha = Alpha(node);
    return x => (float)(x / (1 + Math.Exp(-alpha * x)));
}, node =>
{
    double alpha = Alpha(node);
    return (x, y) =>
    {
        var gate = 1 / (1 + Math.Exp(-alpha * x));
        return (float)(gate + (alpha * y * (1 - gate)));
    };
}, "alpha")
{
    public static float Alpha(Node node) => node.Attributes.Float("alpha", 1);
}

/// <summary>y = tanh(x).</summary>
internal sealed class TanhOp() : UnaryOp("Tanh", _ => x => MathF.Tanh(x), _ => (_, y) => 1 - (y * y));

/// <summary>y = x where x is above alpha, 0 elsewhere (alpha: 1).</summary>
internal sealed class ThresholdedReluOp() : UnaryOp("ThresholdedRelu", node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return x => x > alpha ? x : 0;
}, node =>
{
    var alpha = node.Attributes.Float("alpha", 1);
    return (x, _) => x > alpha ? 1 : 0;
}, "alpha");

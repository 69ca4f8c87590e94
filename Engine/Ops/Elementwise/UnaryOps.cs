using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>An operator that maps each element by itself, by a function that may have the node's parameters in it.</summary>
internal abstract class UnaryOp(string type, Func<Node, Func<float, float>> function, params string[] attributes)
    : Op(type, 1, 1, [.. attributes, "consumed_inputs"])
{
    private readonly Func<Node, Func<float, float, float>>? _slope;

    /// <param name="type">The operator's name in ONNX.</param>
    /// <param name="function">The function, for a node's parameters.</param>
    /// <param name="slope">Its derivative from x and y = f(x); null: it has none.</param>
    /// <param name="attributes">The parameters' names.</param>
    protected UnaryOp(string type, Func<Node, Func<float, float>> function, Func<Node, Func<float, float, float>>? slope,
        params string[] attributes)
        : this(type, function, attributes) => _slope = slope;

    /// <summary>The function, with the node's parameters in it.</summary>
    public Func<float, float> Function(Node node) => function(node);

    /// <summary>The derivative from x and f(x), with the node's parameters in it.</summary>
    public Func<float, float, float> Slope(Node node) => _slope!(node);

    public override ForwardValues? NeededByBackward(Node node) =>
        _slope is null ? null : ForwardValues.Inputs | ForwardValues.Outputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var slope = Slope(node);
        ReadOnlySpan<float> x = inputs.Floats(0), y = gradients.Output(), dy = gradients.OfOutput();
        var dx = gradients.OfInput(0);
        for (var i = 0; i < dx.Length; i++)
            dx[i] += slope(x[i], y[i]) * dy[i];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var map = Function(node);
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
            y[i] = map(x[i]);
    }
}

/// <summary>An operator that maps each element by itself, on reals and whole numbers.</summary>
internal abstract class SignedUnaryOp(
    string type, Func<float, float> real, Func<long, long> whole, Func<float, float, float>? slope = null)
    : UnaryOp(type, _ => real, slope is null ? null : _ => slope)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var x = inputs.Value(0);
        switch (x.Type)
        {
            case ElementType.Float32:
                base.Forward(node, inputs, outputs);
                break;
            case ElementType.Int64:
                for (var i = 0; i < x.Length; i++)
                    outputs[0].Int64s[i] = whole(x.Int64s[i]);
                break;
            default:
                for (var i = 0; i < x.Length; i++)
                    outputs[0].Int32s[i] = (int)whole(x.Int32s[i]);
                break;
        }
    }
}

/// <summary>y = |x|.</summary>
internal sealed class AbsOp() : SignedUnaryOp("Abs", x => MathF.Abs(x), x => x < 0 ? unchecked(-x) : x,
    (x, _) => MathF.Sign(x));

/// <summary>y = -x.</summary>
internal sealed class NegOp() : SignedUnaryOp("Neg", x => -x, x => unchecked(-x), (_, _) => -1);

/// <summary>y = -1, 0 or 1, as x is negative, zero or positive.</summary>
internal sealed class SignOp() : SignedUnaryOp("Sign", x => float.IsNaN(x) ? x : MathF.Sign(x), x => Math.Sign(x));

/// <summary>y = the smallest whole number not below x.</summary>
internal sealed class CeilOp() : UnaryOp("Ceil", _ => x => MathF.Ceiling(x));

/// <summary>y = the largest whole number not above x.</summary>
internal sealed class FloorOp() : UnaryOp("Floor", _ => x => MathF.Floor(x));

/// <summary>y = the nearest whole number, the even one of two.</summary>
internal sealed class RoundOp() : UnaryOp("Round", _ => x => MathF.Round(x, MidpointRounding.ToEven));

/// <summary>y = 1 / x.</summary>
internal sealed class ReciprocalOp() : UnaryOp("Reciprocal", _ => x => 1 / x, _ => (_, y) => -y * y);

/// <summary>y = the square root of x.</summary>
internal sealed class SqrtOp() : UnaryOp("Sqrt", _ => x => MathF.Sqrt(x), _ => (_, y) => 0.5f / y);

/// <summary>y = e^x.</summary>
internal sealed class ExpOp() : UnaryOp("Exp", _ => x => MathF.Exp(x), _ => (_, y) => y);

/// <summary>y = ln(x).</summary>
internal sealed class LogOp() : UnaryOp("Log", _ => x => MathF.Log(x), _ => (x, _) => 1 / x);

/// <summary>y = sin x, x in radians.</summary>
internal sealed class SinOp() : UnaryOp("Sin", _ => x => MathF.Sin(x), _ => (x, _) => MathF.Cos(x));

/// <summary>y = cos x, x in radians.</summary>
internal sealed class CosOp() : UnaryOp("Cos", _ => x => MathF.Cos(x), _ => (x, _) => -MathF.Sin(x));

/// <summary>y = erf(x), the error function.</summary>
internal sealed class ErfOp() : UnaryOp("Erf", _ => x => (float)ErrorFunction(x),
    _ => (x, _) => (float)(2 / Math.Sqrt(Math.PI) * Math.Exp(-(double)x * x)))
{
    // By its series where that converges fast, elsewhere by the continued fraction of its complement (Abramowitz and Stegun,
    // 7.1.5 and 7.1.14).
    public static double ErrorFunction(double x)
    {
        var magnitude = Math.Abs(x);
        if (magnitude > 6 || double.IsNaN(x))
            return double.IsNaN(x) ? x : Math.Sign(x);
        if (magnitude < 2.5)
        {
            var term = x;
            var sum = x;
            for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (var n = 60; n >= 1; n--)
            fraction = n / 2.0 / (magnitude + fraction);
        return Math.Sign(x) * (1 - (Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (magnitude + fraction)));
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Normalization;

/// <summary>
/// x over the root of its mean square (Zhang and Sennrich 2019) over the dimensions from <c>axis</c> (the last by default) on,
/// times a scale that is broadcast to them.
/// </summary>
internal sealed class RMSNormalizationOp() : Op("RMSNormalization", 2, 2, "axis", "epsilon", "stash_type")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0;

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] x = inputs.Shape(0), own = x[AxisOf(node, x.Length)..];
        return Broadcast.Shape(node, own, inputs.Shape(1)).AsSpan().SequenceEqual(own) ? [x]
            : throw node.Error($"a scale of {ShapeText.Of(inputs.Shape(1))} cannot be broadcast to {ShapeText.Of(own)}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        int[] shape = inputs.Shape(0), own = shape[AxisOf(node, shape.Length)..];
        var scale = Strided.BroadcastOffsets(inputs.Shape(1), own);
        var epsilon = node.Attributes.Float("epsilon", 1e-5f);
        for (var start = 0; start < outputs[0].Length; start += scale.Length)
        {
            ReadOnlySpan<float> x = inputs.Floats(0).Slice(start, scale.Length);
            double squares = 0;
            foreach (var value in x)
                squares += (double)value * value;
            var factor = 1 / Math.Sqrt((squares / x.Length) + epsilon);
            for (var i = 0; i < x.Length; i++)
                outputs[0].Floats[start + i] = (float)(x[i] * factor * inputs.Floats(1)[scale[i]]);
        }
    }

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis", -1), rank);
}

/// <summary>Vectors along a dimension (by default the last) brought to length 1, by the 1- or 2-norm (<c>p</c>, by default 2);
/// zeros stay.</summary>
internal sealed class LpNormalizationOp() : Op("LpNormalization", 1, 1, "axis", "p")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        Strided.Axis(node, node.Attributes.Int("axis", -1), inputs[0]!.Shape!.Length) == 0;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("p", 2) is not (1 or 2))
            throw node.Error($"attribute 'p' cannot be {node.Attributes.Int("p")}");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        _ = Strided.Axis(node, node.Attributes.Int("axis", -1), inputs.Rank(0));
        return [inputs.Shape(0)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", -1), shape.Length);
        int size = shape[axis], inner = Strided.Product(shape, axis + 1, shape.Length), outer = Strided.Product(shape, 0, axis);
        var absolute = node.Attributes.Int("p", 2) == 1;
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var vector = 0; vector < outer * inner; vector++)
        {
            var start = (vector / inner * size * inner) + (vector % inner);
            double sum = 0;
            for (var i = 0; i < size; i++)
            {
                double value = x[start + (i * inner)];
                sum += absolute ? Math.Abs(value) : value * value;
            }

            var length = absolute ? sum : Math.Sqrt(sum);
            for (var i = 0; i < size && length != 0; i++)
                y[start + (i * inner)] = (float)(x[start + (i * inner)] / length);
        }
    }
}

/// <summary>
/// Local response normalisation across channels (Krizhevsky et al. 2012): y = x / (bias + alpha / size * sum of squares)^beta,
/// the sum over
/// <c>size</c> channels around the element's own.
/// </summary>
internal sealed class LrnOp() : Op("LRN", 1, 1, "alpha", "beta", "bias", "size")
{
    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("size") is < 1 or > int.MaxValue)
            throw node.Error("attribute 'size' is missing, not positive, or too large");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => inputs.Rank(0) < 2
        ? throw node.Error($"needs an input of batch x channels x ..., not {ShapeText.Of(inputs.Shape(0))}")
        : [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        var size = (int)node.Attributes.Int("size");
        double beta = node.Attributes.Float("beta", 0.75f);
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
            y[i] = (float)(x[i] / Math.Pow(Base(node, x, shape[1], plane, size, i), beta));
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        var size = (int)node.Attributes.Int("size");
        double alpha = node.Attributes.Float("alpha", 1e-4f), beta = node.Attributes.Float("beta", 0.75f);
        ReadOnlySpan<float> x = inputs.Floats(0), dy = gradients.OfOutput();
        var dx = gradients.OfInput(0);
        for (var i = 0; i < dx.Length; i++)
        {
            var c = i / plane % shape[1];
            var power = Base(node, x, shape[1], plane, size, i);
            dx[i] += (float)(dy[i] * Math.Pow(power, -beta));
            var factor = 2 * alpha * beta / size * dy[i] * x[i] * Math.Pow(power, -beta - 1);
            for (var other = Math.Max(0, c - ((size - 1) / 2)); other <= Math.Min(shape[1] - 1, c + (size / 2)); other++)
            {
                var at = i + ((other - c) * plane);
                dx[at] -= (float)(factor * x[at]);
            }
        }
    }

    // bias + alpha / size * sum of squares.
    private static double Base(Node node, ReadOnlySpan<float> x, int channels, int plane, int size, int i)
    {
        var c = i / plane % channels;
        double sum = 0;
        for (var other = Math.Max(0, c - ((size - 1) / 2)); other <= Math.Min(channels - 1, c + (size / 2)); other++)
        {
            double value = x[i + ((other - c) * plane)];
            sum += value * value;
        }

        return node.Attributes.Float("bias", 1) + ((double)node.Attributes.Float("alpha", 1e-4f) / size * sum);
    }
}

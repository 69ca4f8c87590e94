using System.Runtime.CompilerServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Convolution;

/// <summary>
/// Convolution over 1 to 3 spatial dimensions: y[n,m] = b[m] + sum over c and the window of w[m,c] x[n,c], in groups.
/// After rewriting it may also carry an activation (see <see cref="Activation"/>), as a fourth input a residual of the output's
/// shape that is added before the activation, and as a fifth a factor for each output channel:
/// y = activation(scale conv(x, w) + b + residual).
/// </summary>
internal sealed class ConvOp() : Op("Conv", 2, 5, [.. WindowGeometry.Attributes, "group", .. Activation.Attributes])
{
    public const int BiasInput = 2;
    public const int ResidualInput = 3;
    public const int ScaleInput = 4;

    /// <summary>Whether a node carries what files cannot say: a residual, or factors of its output channels.</summary>
    public static bool IsExtended(Node node) =>
        node.OpType == "Conv" && (node.HasInput(ResidualInput) || node.HasInput(ScaleInput));

    /// <summary>The weights with each output channel multiplied by its factor; the same tensor if there are no factors.</summary>
    public static Tensor Scaled(Tensor weights, Tensor? scale)
    {
        if (scale == null)
            return weights;
        var scaled = GC.AllocateUninitializedArray<float>(weights.Length);
        var size = weights.Length / weights.Shape[0];
        for (var m = 0; m < weights.Shape[0]; m++)
            Multiply(weights.Floats.Slice(m * size, size), scale.Floats[m], scaled.AsSpan(m * size, size));
        return Tensor.Of(scaled, weights.Shape);
    }

    /// <summary>
    /// How the windows lie, for shapes of the input and of the weights (output channels x input channels of a group x kernel).
    /// </summary>
    public static WindowGeometry Geometry(Node node, ReadOnlySpan<int> inputShape, ReadOnlySpan<int> weightShape) =>
        WindowGeometry.Of(node, inputShape, weightShape[2..].ToArray());

    protected override void Validate(Node node)
    {
        WindowGeometry.Validate(node);
        if (node.Attributes.Int("group", 1) is < 1 or > int.MaxValue)
            throw node.Error($"attribute 'group' cannot be {node.Attributes.Int("group", 1)}");
        _ = Activation.Of(node);
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        var w = inputs.Shape(1);
        var groups = node.Attributes.Int("group", 1);
        if (x.Length < 3 || w.Length != x.Length || w.Contains(0))
            throw node.Error($"has weights of {ShapeText.Of(w)} on an input of {ShapeText.Of(x)}");
        if (WindowGeometry.KernelShape(node) is { } kernel && !kernel.AsSpan().SequenceEqual(w.AsSpan(2)))
            throw node.Error($"attribute 'kernel_shape' is {ShapeText.Of(kernel)}, but the weights are {ShapeText.Of(w)}");
        if (x[1] != w[1] * groups || w[0] % groups != 0)
            throw node.Error($"has weights of {ShapeText.Of(w)} and {groups} groups on an input of {ShapeText.Of(x)}");
        if (inputs.Has(BiasInput) && !inputs.Shape(BiasInput).AsSpan().SequenceEqual([w[0]]))
            throw node.Error($"has a bias of {ShapeText.Of(inputs.Shape(BiasInput))} for {w[0]} output channels");
        if (inputs.Has(ScaleInput) && !inputs.Shape(ScaleInput).AsSpan().SequenceEqual([w[0]]))
            throw node.Error($"has factors of {ShapeText.Of(inputs.Shape(ScaleInput))} for {w[0]} output channels");
        int[] y = [x[0], w[0], .. Geometry(node, x, w).Output];
        return !inputs.Has(ResidualInput) || inputs.Shape(ResidualInput).AsSpan().SequenceEqual(y)
            ? [y]
            : throw node.Error($"adds {ShapeText.Of(inputs.Shape(ResidualInput))} to an output of {ShapeText.Of(y)}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var xShape = inputs.Shape(0);
        var wShape = inputs.Shape(1);
        var g = Geometry(node, xShape, wShape).In3D();
        var groupOutputs = wShape[0] / (int)node.Attributes.Int("group", 1);
        ReadOnlySpan<float> bias = inputs.Has(BiasInput) ? inputs.Floats(BiasInput) : default;
        ReadOnlySpan<float> scale = inputs.Has(ScaleInput) ? inputs.Floats(ScaleInput) : default;
        var y = outputs[0].Floats;
        var at = 0;
        for (var n = 0; n < xShape[0]; n++)
        {
            for (var m = 0; m < wShape[0]; m++)
            {
                var firstPlane = (n * xShape[1]) + (m / groupOutputs * wShape[1]);
                for (var d = 0; d < g.Output[0]; d++)
                {
                    for (var h = 0; h < g.Output[1]; h++)
                    {
                        for (var w = 0; w < g.Output[2]; w++)
                        {
                            double sum = bias.IsEmpty ? 0 : bias[m];
                            var product = Window(g, inputs.Floats(0), inputs.Floats(1), firstPlane, m, wShape[1], (d, h, w));
                            y[at++] = (float)(sum + (scale.IsEmpty ? product : scale[m] * product));
                        }
                    }
                }
            }
        }

        if (inputs.Has(ResidualInput))
        {
            ReadOnlySpan<float> residual = inputs.Floats(ResidualInput);
            for (var i = 0; i < y.Length; i++)
                y[i] += residual[i];
        }

        Activation.Apply(node, y);
    }

    public override ForwardValues? NeededByBackward(Node node) =>
        Activation.IsFused(node) || node.HasInput(ScaleInput) ? null : ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        int[] xShape = inputs.Shape(0), wShape = inputs.Shape(1);
        var g = Geometry(node, xShape, wShape).In3D();
        int groupOutputs = wShape[0] / (int)node.Attributes.Int("group", 1), channels = wShape[1];
        ReadOnlySpan<float> x = inputs.Floats(0), weights = inputs.Floats(1), dy = gradients.OfOutput();
        double[] dx = new double[x.Length], dw = new double[weights.Length], db = new double[wShape[0]];
        var outputs = g.Output[0] * g.Output[1] * g.Output[2];
        var taps = g.Kernel[0] * g.Kernel[1] * g.Kernel[2];
        for (var i = 0; i < dy.Length; i++)
        {
            int n = i / outputs / wShape[0], m = i / outputs % wShape[0], at = i % outputs;
            var firstPlane = (n * xShape[1]) + (m / groupOutputs * channels);
            db[m] += dy[i];
            for (var tap = 0; tap < taps; tap++)
            {
                var d = (at / (g.Output[1] * g.Output[2]) * g.Strides[0]) - g.PadsBegin[0]
                    + (tap / (g.Kernel[1] * g.Kernel[2]) * g.Dilations[0]);
                var h = (at / g.Output[2] % g.Output[1] * g.Strides[1]) - g.PadsBegin[1]
                    + (tap / g.Kernel[2] % g.Kernel[1] * g.Dilations[1]);
                var w = (at % g.Output[2] * g.Strides[2]) - g.PadsBegin[2] + (tap % g.Kernel[2] * g.Dilations[2]);
                if ((uint)d >= (uint)g.Input[0] || (uint)h >= (uint)g.Input[1] || (uint)w >= (uint)g.Input[2])
                    continue;
                for (var c = 0; c < channels; c++)
                {
                    var source = ((((((firstPlane + c) * g.Input[0]) + d) * g.Input[1]) + h) * g.Input[2]) + w;
                    var weight = (((m * channels) + c) * taps) + tap;
                    dx[source] += (double)weights[weight] * dy[i];
                    dw[weight] += (double)x[source] * dy[i];
                }
            }
        }

        double[][] sums = [dx, dw, db];
        for (var input = 0; input < sums.Length; input++)
        {
            for (var i = 0; i < sums[input].Length && gradients.Wants(input); i++)
                gradients.OfInput(input)[i] += (float)sums[input][i];
        }
    }

    private static double Window(WindowGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> weights,
        int firstPlane, int m, int channels, (int D, int H, int W) position)
    {
        double sum = 0;
        var d0 = (position.D * g.Strides[0]) - g.PadsBegin[0];
        var h0 = (position.H * g.Strides[1]) - g.PadsBegin[1];
        var w0 = (position.W * g.Strides[2]) - g.PadsBegin[2];
        for (var c = 0; c < channels; c++)
        {
            for (var kd = 0; kd < g.Kernel[0]; kd++)
            {
                var d = d0 + (kd * g.Dilations[0]);
                if ((uint)d >= (uint)g.Input[0])
                    continue;
                for (var kh = 0; kh < g.Kernel[1]; kh++)
                {
                    var h = h0 + (kh * g.Dilations[1]);
                    if ((uint)h >= (uint)g.Input[1])
                        continue;
                    var row = ((((firstPlane + c) * g.Input[0]) + d) * g.Input[1] + h) * g.Input[2];
                    var tap = ((((((m * channels) + c) * g.Kernel[0]) + kd) * g.Kernel[1]) + kh) * g.Kernel[2];
                    for (var kw = 0; kw < g.Kernel[2]; kw++)
                    {
                        var w = w0 + (kw * g.Dilations[2]);
                        if ((uint)w < (uint)g.Input[2])
                            sum += (double)x[row + w] * weights[tap + kw];
                    }
                }
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ReadOnlySpan<float> values, float factor, Span<float> products)
    {
        for (var i = 0; i < values.Length; i++)
            products[i] = values[i] * factor;
    }
}

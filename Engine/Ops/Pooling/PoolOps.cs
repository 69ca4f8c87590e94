using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Pooling;

/// <summary>An operator that reduces windows over 1 to 3 spatial dimensions, channel by channel.</summary>
internal abstract class PoolOp(string type, params string[] attributes)
    : Op(type, 1, 1, [.. WindowGeometry.Attributes, "ceil_mode", .. attributes])
{
    /// <summary>How the windows lie, for an input shape.</summary>
    public static WindowGeometry Geometry(Node node, ReadOnlySpan<int> inputShape)
    {
        var kernel = WindowGeometry.KernelShape(node) ?? throw node.Error("attribute 'kernel_shape' is missing");
        Strided.CheckSize(node, kernel);
        var whole = WindowGeometry.Of(node, inputShape, kernel);
        if (node.Attributes.Int("ceil_mode") == 0)
            return whole;
        var rounded = WindowGeometry.Of(node, inputShape, kernel, roundUp: true);
        return node.Attributes.Text("auto_pad") != "VALID" || rounded.Output.AsSpan().SequenceEqual(whole.Output) ? rounded
            : throw node.Error("attribute 'ceil_mode' is set where 'auto_pad' is VALID, of which ONNX says two different things");
    }

    /// <summary>The value of one window, of which <paramref name="padded"/> elements lie in the padding.</summary>
    protected abstract float Reduce(Node node, ReadOnlySpan<float> inside, int padded);

    /// <summary>Gives each element inside a window its share of the gradient of the window's value.</summary>
    protected abstract void Spread(
        Node node, ReadOnlySpan<float> inside, int padded, float gradient, Span<float> shares);

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var g = Geometry(node, inputs.Shape(0)).In3D();
        var planeSize = g.Input[0] * g.Input[1] * g.Input[2];
        var window = g.Kernel[0] * g.Kernel[1] * g.Kernel[2];
        Span<float> inside = new float[window], places = new float[window], shares = new float[window];
        ReadOnlySpan<float> numbers = Enumerable.Range(0, planeSize).Select(i => (float)i).ToArray();
        var dy = gradients.OfOutput();
        var at = 0;
        for (var plane = 0; plane < inputs.Shape(0)[0] * inputs.Shape(0)[1]; plane++)
        {
            var source = inputs.Floats(0).Slice(plane * planeSize, planeSize);
            var target = gradients.OfInput(0).Slice(plane * planeSize, planeSize);
            for (var i = 0; i < g.Output[0] * g.Output[1] * g.Output[2]; i++)
            {
                var position = (i / (g.Output[1] * g.Output[2]), i / g.Output[2] % g.Output[1], i % g.Output[2]);
                (var count, var padded) = Collect(g, source, position, inside);
                _ = Collect(g, numbers, position, places);
                shares.Clear();
                Spread(node, inside[..count], padded, dy[at++], shares);
                for (var n = 0; n < count; n++)
                    target[(int)places[n]] += shares[n];
            }
        }
    }

    protected override void Validate(Node node) => WindowGeometry.Validate(node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        return [[.. x.Take(2), .. Geometry(node, x).Output]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var g = Geometry(node, shape).In3D();
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        var planeSize = g.Input[0] * g.Input[1] * g.Input[2];
        Span<float> inside = new float[g.Kernel[0] * g.Kernel[1] * g.Kernel[2]];
        var at = 0;
        for (var plane = 0; plane < shape[0] * shape[1]; plane++)
        {
            var source = x.Slice(plane * planeSize, planeSize);
            for (var d = 0; d < g.Output[0]; d++)
            {
                for (var h = 0; h < g.Output[1]; h++)
                {
                    for (var w = 0; w < g.Output[2]; w++)
                    {
                        (var count, var padded) = Collect(g, source, (d, h, w), inside);
                        y[at++] = Reduce(node, inside[..count], padded);
                    }
                }
            }
        }
    }

    private static (int Inside, int Padded) Collect(WindowGeometry g, ReadOnlySpan<float> source, (int D, int H, int W) position,
        Span<float> inside)
    {
        var count = 0;
        var padded = 0;
        for (var kd = 0; kd < g.Kernel[0]; kd++)
        {
            var d = (position.D * g.Strides[0]) - g.PadsBegin[0] + (kd * g.Dilations[0]);
            for (var kh = 0; kh < g.Kernel[1]; kh++)
            {
                var h = (position.H * g.Strides[1]) - g.PadsBegin[1] + (kh * g.Dilations[1]);
                for (var kw = 0; kw < g.Kernel[2]; kw++)
                {
                    var w = (position.W * g.Strides[2]) - g.PadsBegin[2] + (kw * g.Dilations[2]);
                    if ((uint)d < (uint)g.Input[0] && (uint)h < (uint)g.Input[1] && (uint)w < (uint)g.Input[2])
                        inside[count++] = source[(((d * g.Input[1]) + h) * g.Input[2]) + w];
                    else if (d < g.Input[0] + g.PadsEnd[0] && h < g.Input[1] + g.PadsEnd[1] && w < g.Input[2] + g.PadsEnd[2])
                        padded++;
                }
            }
        }

        return (count, padded);
    }
}

/// <summary>
/// The mean of each window. With <c>count_include_pad</c> padding counts as zeros; what lies beyond it, where sizes are rounded
/// up, never counts.
/// </summary>
internal sealed class AveragePoolOp() : PoolOp("AveragePool", "count_include_pad")
{
    protected override float Reduce(Node node, ReadOnlySpan<float> inside, int padded)
    {
        double sum = 0;
        foreach (var value in inside)
            sum += value;
        var count = node.Attributes.Int("count_include_pad") != 0 ? inside.Length + padded : inside.Length;
        return count == 0 ? 0 : (float)(sum / count);
    }

    protected override void Spread(
        Node node, ReadOnlySpan<float> inside, int padded, float gradient, Span<float> shares) =>
        shares[..inside.Length].Fill(
            gradient / (node.Attributes.Int("count_include_pad") != 0 ? inside.Length + padded : inside.Length));
}

/// <summary>The largest element of each window; padding never wins. The second output (where it was) is not supported.</summary>
internal sealed class MaxPoolOp() : PoolOp("MaxPool", "storage_order")
{
    protected override float Reduce(Node node, ReadOnlySpan<float> inside, int padded)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in inside)
            largest = MathF.Max(largest, value);
        return largest;
    }

    // The first of several largest takes all.
    protected override void Spread(
        Node node, ReadOnlySpan<float> inside, int padded, float gradient, Span<float> shares)
    {
        if (inside.Length > 0)
            shares[inside.IndexOf(Reduce(node, inside, padded))] = gradient;
    }
}

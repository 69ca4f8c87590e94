using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Normalization;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// Batch normalisation with constant statistics, local response normalisation, softmax over channels or rows, normalisation of
/// rows.
/// </summary>
internal static class NormalizationLowering
{
    // The kernel of local response normalisation holds as many channels beside those of a pixel.
    private const int WidestResponse = 1024;

    /// <summary>The factors and terms by which a batch normalisation maps each channel.</summary>
    public static (float[] Scale, float[] Shift) ScaleAndShift(Node node, Func<string, Tensor?> constantOf)
    {
        ReadOnlySpan<float> gamma = constantOf(node.Inputs[1])!.Floats, beta = constantOf(node.Inputs[2])!.Floats;
        ReadOnlySpan<float> mean = constantOf(node.Inputs[3])!.Floats, variance = constantOf(node.Inputs[4])!.Floats;
        float[] scale = new float[gamma.Length], shift = new float[gamma.Length];
        for (var c = 0; c < scale.Length; c++)
        {
            var factor = gamma[c] / Math.Sqrt((double)variance[c] + BatchNormalizationOp.Epsilon(node));
            scale[c] = (float)factor;
            shift[c] = (float)(beta[c] - (mean[c] * factor));
        }

        return (scale, shift);
    }

    public static bool TryLowerBatch(Node node, PlanBuilder builder)
    {
        if (!IsChannelsLast(node, builder) || node.Inputs.Skip(1).Any(i => builder.ConstantOf(i) is null))
            return false;
        var key = $"{builder.KeyOf(node, 1)}\n{BatchNormalizationOp.Epsilon(node)}";
        var scale = Vector(builder, $"scale\n{key}", () => ScaleAndShift(node, builder.ConstantOf).Scale);
        var shift = Vector(builder, $"shift\n{key}", () => ScaleAndShift(node, builder.ConstantOf).Shift);
        var activation = FusedActivation.Of(node);
        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        builder.Add(new ElementwiseStep(
            node.Name,
            builder.Threads,
            builder.Kernels,
            ElementwiseKind.MultiplyAdd,
            input,
            new Operand(null, scale),
            new Operand(null, shift),
            output,
            activation.Clamp.Low,
            activation.Clamp.High));
        activation.Finish(node, builder, output);
        return true;
    }

    public static bool TryLowerLocalResponse(Node node, PlanBuilder builder)
    {
        if (!IsChannelsLast(node, builder) || node.Attributes.Float("beta", 0.75f) != 0.75f
            || node.Attributes.Int("size") > WidestResponse)
        {
            return false;
        }

        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        builder.Add(new LocalResponseStep(
            node.Name,
            builder.Threads,
            builder.Kernels,
            input,
            output,
            (int)node.Attributes.Int("size"),
            node.Attributes.Float("alpha", 1e-4f),
            node.Attributes.Float("bias", 1)));
        return true;
    }

    public static bool TryLowerSoftmax(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]))
            return false;

        // Before operator set 13 all dimensions from the axis on were one; from then on the axis is a single dimension.
        var shape = builder.ShapeOf(node.Inputs[0])!;
        var axis = node.Attributes.Int("axis", node.Opset >= 13 ? -1 : 1);
        axis = axis < 0 ? axis + shape.Length : axis;
        if (!IsChannelsLast(node, builder) || axis != 1 || (node.Opset < 13 && shape.Skip(2).Any(s => s != 1)))
            return TryLowerSoftmaxOfRows(node, builder, shape);
        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        builder.Add(new SoftmaxStep(node.Name, builder.Threads, builder.Kernels, input, output));
        return true;
    }

    /// <summary>Layer normalisation with constant factors and terms.</summary>
    public static bool TryLowerLayer(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]) || node.Outputs.Skip(1).Any(o => o.Length > 0)
            || builder.ConstantOf(node.Inputs[1]) is not { } factors
            || (node.HasInput(2) && builder.ConstantOf(node.Inputs[2]) is null))
        {
            return false;
        }

        var length = factors.Length;
        var terms = node.HasInput(2) ? node.Inputs[2] : string.Empty;
        var scale = Vector(builder, $"factors\n{builder.KeyOf(node.Inputs[1])}", () => factors.Floats.ToArray());
        var shift = Vector(builder, $"terms\n{builder.KeyOf(terms)}\n{length}", () =>
            terms.Length > 0 ? builder.ConstantOf(terms)!.Floats.ToArray() : new float[length]);
        (var input, var output) = Rows(node, builder, length);
        builder.Add(new NormalizationStep(
            node.Name, builder.Threads, builder.Kernels, input, scale, shift, output, node.Attributes.Float("epsilon", 1e-5f)));
        return true;
    }

    /// <summary>A vector of channels, kept with the weights.</summary>
    public static AlignedBuffer Vector(PlanBuilder builder, string key, Func<float[]> make) => builder.Weights.Get(key, () =>
    {
        var values = make();
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span(0, values.Length));
        return buffer;
    });

    private static bool TryLowerSoftmaxOfRows(Node node, PlanBuilder builder, int[] shape)
    {
        (_, var size, var inner) = SoftmaxOp.Blocks(node, shape);
        if (inner != 1 || !builder.IsMap(node.Outputs[0]))
            return false;
        (var input, var output) = Rows(node, builder, size);
        builder.Add(new SoftmaxStep(node.Name, builder.Threads, builder.Kernels, input, output));
        return true;
    }

    // The first input and the output as matrices of rows of a length.
    private static (Place Input, Place Output) Rows(Node node, PlanBuilder builder, int length)
    {
        int[] matrix = [(int)(Tensor.LengthOf(builder.ShapeOf(node.Inputs[0])!) / length), length];
        Place source = builder.Get(node.Inputs[0], Layout.RowMajor), target = builder.Output(node.Outputs[0], Layout.RowMajor);
        return (source.Reshaped(matrix).SeenAs(Layout.ChannelsLast)!, target.Reshaped(matrix).SeenAs(Layout.ChannelsLast)!);
    }

    private static bool IsChannelsLast(Node node, PlanBuilder builder) =>
        builder.IsMap(node.Inputs[0]) && Place.CanBeChannelsLast(builder.ShapeOf(node.Inputs[0])!)
        && builder.IsMap(node.Outputs[0]);
}

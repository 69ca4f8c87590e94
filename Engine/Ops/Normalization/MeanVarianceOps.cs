using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Normalization;

/// <summary>Layer normalisation (Ba et al. 2016) over the dimensions from <c>axis</c> (the last by default) on.</summary>
internal sealed class LayerNormalizationOp() : Op("LayerNormalization", 2, 3, "axis", "epsilon", "stash_type")
{
    protected override int MaxOutputs => 3;

    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon), times scale plus bias; both repeat as often as they fit. Gives mean and 1 /
    /// sqrt(...).
    /// </summary>
    public static (float Mean, float Inverse) Normalize(ReadOnlySpan<float> x, Span<float> y, float epsilon,
        ReadOnlySpan<float> scale, ReadOnlySpan<float> bias)
    {
        double mean = 0;
        foreach (var value in x)
            mean += value;
        mean /= x.Length;
        double variance = 0;
        foreach (var value in x)
            variance += (value - mean) * (value - mean);
        var inverse = 1 / Math.Sqrt((variance / x.Length) + epsilon);
        for (var i = 0; i < x.Length; i++)
            y[i] = (float)(((x[i] - mean) * inverse * scale[i % scale.Length]) + (bias.IsEmpty ? 0 : bias[i % bias.Length]));
        return ((float)mean, (float)inverse);
    }

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        Strided.Axis(node, node.Attributes.Int("axis", -1), inputs[0]!.Shape!.Length) == 0;

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", -1), x.Length);
        for (var i = 1; i < inputs.Count; i++)
        {
            if (inputs.Has(i) && !inputs.Shape(i).AsSpan().SequenceEqual(x.AsSpan(axis)))
            {
                throw node.Error(
                    $"input {i} is {ShapeText.Of(inputs.Shape(i))}, "
                    + $"which differs from {ShapeText.Of(x)} from dimension {axis} on");
            }
        }

        int[] statistics = [.. x.Select((size, i) => i < axis ? size : 1)];
        return [x, .. Repeat(statistics, node).Skip(1)];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", -1), shape.Length);
        var size = Strided.Product(shape, axis, shape.Length);
        for (var i = 0; i < Strided.Product(shape, 0, axis); i++)
        {
            (var mean, var inverse) = Normalize(inputs.Floats(0).Slice(i * size, size),
                outputs[0].Floats.Slice(i * size, size),
                node.Attributes.Float("epsilon", 1e-5f), inputs.Floats(1), inputs.Has(2) ? inputs.Floats(2) : default);
            if (outputs.Length > 1)
                outputs[1].Floats[i] = mean;
            if (outputs.Length > 2)
                outputs[2].Floats[i] = inverse;
        }
    }
}

/// <summary>
/// Instance normalisation (Ulyanov et al. 2016): each plane by its own mean and variance, then scaled and shifted per channel.
/// </summary>
internal sealed class InstanceNormalizationOp() : Op("InstanceNormalization", 3, 3, "epsilon", "consumed_inputs")
{
    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        for (var i = 1; i < 3; i++)
        {
            if (x.Length < 3 || !inputs.Shape(i).AsSpan().SequenceEqual([x[1]]))
                throw node.Error($"input {i} is {ShapeText.Of(inputs.Shape(i))} for an input of {ShapeText.Of(x)}");
        }

        return [x];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        for (var i = 0; i < shape[0] * shape[1]; i++)
        {
            ReadOnlySpan<float> x = inputs.Floats(0).Slice(i * plane, plane);
            var c = i % shape[1];
            LayerNormalizationOp.Normalize(x, outputs[0].Floats.Slice(i * plane, plane), node.Attributes.Float("epsilon", 1e-5f),
                inputs.Floats(1).Slice(c, 1), inputs.Floats(2).Slice(c, 1));
        }
    }
}

/// <summary>
/// Group normalisation (Wu and He 2018): channels in groups, each by its own mean and variance, then scaled and shifted per
/// channel (before operator set 21 per group).
/// </summary>
internal sealed class GroupNormalizationOp() : Op("GroupNormalization", 3, 3, "epsilon", "num_groups", "stash_type")
{
    private const int PerChannelSince = 21;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("num_groups") is < 1 or > int.MaxValue)
            throw node.Error("attribute 'num_groups' is missing, not positive, or too large");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        var groups = (int)node.Attributes.Int("num_groups");
        if (x.Length < 2 || x[1] % groups != 0)
            throw node.Error($"cannot make {groups} groups of the channels of {ShapeText.Of(x)}");
        for (var i = 1; i < 3; i++)
        {
            if (!inputs.Shape(i).AsSpan().SequenceEqual([node.Opset >= PerChannelSince ? x[1] : groups]))
                throw node.Error($"input {i} is {ShapeText.Of(inputs.Shape(i))} for {groups} groups of {ShapeText.Of(x)}");
        }

        return [x];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        int groups = (int)node.Attributes.Int("num_groups"), channels = shape[1] / groups;
        int plane = Strided.Product(shape, 2, shape.Length), size = channels * plane;
        var epsilon = node.Attributes.Float("epsilon", 1e-5f);
        for (var i = 0; i < shape[0] * groups; i++)
        {
            var y = outputs[0].Floats.Slice(i * size, size);
            LayerNormalizationOp.Normalize(inputs.Floats(0).Slice(i * size, size), y, epsilon, [1], []);
            for (var k = 0; k < size; k++)
            {
                int group = i % groups, at = node.Opset >= PerChannelSince ? (group * channels) + (k / plane) : group;
                y[k] = (y[k] * inputs.Floats(1)[at]) + inputs.Floats(2)[at];
            }
        }
    }
}

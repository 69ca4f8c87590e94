using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

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
        return [.. node.Outputs.Select((_, i) => i == 0 ? x : statistics)];
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

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Group normalisation (Wu and He 2018): channels in groups, each by its own mean and variance, then scaled and shifted per
/// channel (before operator set 21 per group).
/// </summary>
internal sealed class GroupNormalizationOp() : Op("GroupNormalization", 3, 3, "epsilon", "num_groups", "stash_type")
{
    private const int PerChannelSince = 21;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("num_groups") < 1)
            throw node.Error("attribute 'num_groups' is missing or not positive");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
            Require(node, inputs, i, ElementType.Float32);

        return [ElementType.Float32];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        var groups = checked((int)node.Attributes.Int("num_groups"));
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

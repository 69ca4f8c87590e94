using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// x over the root of its mean square (Zhang and Sennrich 2019) over the dimensions from <c>axis</c> (the last by default) on,
/// times a scale that is broadcast to them.
/// </summary>
internal sealed class RMSNormalizationOp() : Op("RMSNormalization", 2, 2, "axis", "epsilon", "stash_type")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32);
        Require(node, inputs, 1, ElementType.Float32);
        return [ElementType.Float32];
    }

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

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// For each index the element in its place but for one dimension (<c>axis</c>, by default the first), where the index says;
/// negative indices count from the end.
/// </summary>
internal sealed class GatherElementsOp() : Op("GatherElements", 2, 2, "axis")
{
    // Rows of a table that are taken in turn, whatever the batch, would be others in a part of the batch.
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0
        || inputs[0]!.Value != null || inputs[0]!.Shape![0] != inputs[1]!.Shape![0];

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = inputs.Shape(0), indices = inputs.Shape(1);
        var axis = AxisOf(node, shape.Length);
        var fits = shape.Length == indices.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = i == axis || indices[i] <= shape[i];

        return fits ? [indices]
            : throw node.Error($"has indices of {ShapeText.Of(indices)} for {ShapeText.Of(shape)} along axis {axis}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = AxisOf(node, shape.Length);
        var strides = Strided.Strides(shape);
        var stride = strides[axis];
        strides[axis] = 0;
        var from = Strided.Offsets(inputs.Shape(1), strides);
        var indices = inputs.Integers(1);
        for (var i = 0; i < from.Length; i++)
            from[i] += Strided.Index(node, indices[i], axis, shape) * stride;

        Strided.Gather(inputs.Value(0), outputs[0], from);
    }

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis"), rank);
}

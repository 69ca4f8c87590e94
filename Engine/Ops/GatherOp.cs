using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The slices along a dimension (by default the first) that the indices name; negative indices count from the end.
/// </summary>
internal sealed class GatherOp() : Op("Gather", 2, 2, "axis")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        Strided.Axis(node, node.Attributes.Int("axis"), inputs[0]!.Shape!.Length) == 0 && inputs[0]!.Value == null;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        return [[.. shape[..axis], .. inputs.Shape(1), .. shape[(axis + 1)..]]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        var outer = Strided.Product(shape, 0, axis);
        var block = Strided.Product(shape, axis + 1, shape.Length);
        var indices = inputs.Integers(1);
        var at = 0;
        for (var o = 0; o < outer; o++)
        {
            foreach (var index in indices)
            {
                var i = Strided.Index(node, index, axis, shape);
                Array.Copy(inputs.Value(0).Storage, ((o * shape[axis]) + i) * block, outputs[0].Storage, at, block);
                at += block;
            }
        }
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

/// <summary>The sizes of the input (a part of them since operator set 15), as whole numbers.</summary>
internal sealed class ShapeOp() : Op("Shape", 1, 1, "start", "end")
{
    public override bool ValueFollowsFromShapes => true;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => [ElementType.Int64];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [[Part(node, inputs.Shape(0)).Length]];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var part = Part(node, inputs.Shape(0));
        for (var i = 0; i < part.Length; i++)
            outputs[0].Int64s[i] = part[i];
    }

    private static int[] Part(Node node, int[] shape)
    {
        var rank = shape.Length;
        int Bound(string name, int ifAbsent)
        {
            var bound = node.Attributes.Int(name, ifAbsent);
            return (int)Math.Clamp(bound < 0 ? bound + rank : bound, 0, rank);
        }

        (var start, var end) = (Bound("start", 0), Bound("end", rank));
        return start < end ? shape[start..end] : [];
    }
}

/// <summary>The number of elements, as a whole number.</summary>
internal sealed class SizeOp() : Op("Size", 1, 1)
{
    public override bool ValueFollowsFromShapes => true;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => [ElementType.Int64];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [[]];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        outputs[0].Int64s[0] = Tensor.LengthOf(inputs.Shape(0));
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The inputs one after the other along a dimension.</summary>
internal sealed class ConcatOp() : Op("Concat", 1, int.MaxValue, "axis")
{
    protected override void Validate(Node node)
    {
        if (node.Opset >= 4 && !node.Attributes.Has("axis"))
            throw node.Error("attribute 'axis' is missing");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        for (var i = 1; i < inputs.Count; i++)
            Require(node, inputs, i, inputs[0]!.Value);

        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = [.. inputs.Shape(0)];
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        for (var i = 1; i < inputs.Count; i++)
        {
            var other = inputs.Shape(i);
            var fits = other.Length == shape.Length;
            for (var d = 0; fits && d < shape.Length; d++)
                fits = d == axis || other[d] == shape[d];

            if (!fits)
                throw node.Error($"cannot join {ShapeText.Of(inputs.Shape(0))} and {ShapeText.Of(other)} along axis {axis}");

            shape[axis] += other[axis];
        }

        return [shape];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = outputs[0].Shape;
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        var outer = Strided.Product(shape, 0, axis);
        var row = Strided.Product(shape, axis, shape.Length);
        var offset = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var block = Strided.Product(inputs.Shape(i), axis, shape.Length);
            for (var o = 0; o < outer; o++)
                Array.Copy(inputs.Value(i).Storage, o * block, outputs[0].Storage, (o * row) + offset, block);

            offset += block;
        }
    }
}

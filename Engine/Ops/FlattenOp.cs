using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>A matrix: the dimensions before <c>axis</c> (by default 1) become the rows, the others the columns.</summary>
internal sealed class FlattenOp() : ReshapingOp("Flatten", 1, 1, "axis")
{
    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length, orEnd: true);
        return [[Strided.Product(shape, 0, axis), Strided.Product(shape, axis, shape.Length)]];
    }
}

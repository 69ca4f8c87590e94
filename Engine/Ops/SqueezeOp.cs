using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Leaves dimensions of size 1 out: those in <c>axes</c> (an attribute, since operator set 13 an input), or all.
/// </summary>
internal sealed class SqueezeOp() : ReshapingOp("Squeeze", 1, 2, "axes")
{
    protected override void Validate(Node node) => ValidateAxes(node, inputSince: 13);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        if (Axes(node, inputs) is not { } given)
            return [[.. shape.Where(size => size != 1)]];

        if (given.Length == 0)
            throw node.Error("has an empty list of axes, of which it is not said whether it means none or all");

        var axes = Strided.Axes(node, given, shape.Length);
        foreach (var axis in axes)
        {
            if (shape[axis] != 1)
                throw node.Error($"dimension {axis} of {ShapeText.Of(shape)} is not 1");
        }

        return [[.. shape.Where((_, axis) => !axes.Contains(axis))]];
    }
}

using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Puts dimensions of size 1 where <c>axes</c> (an attribute, since operator set 13 an input) says they are in the output.
/// </summary>
internal sealed class UnsqueezeOp() : ReshapingOp("Unsqueeze", 1, 2, "axes")
{
    protected override void Validate(Node node)
    {
        ValidateAxes(node, inputSince: 13);
        if (!node.Attributes.Has("axes") && node.Inputs.Count < 2)
            throw node.Error("has no axes");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var given = Axes(node, inputs)!;
        var rank = shape.Length + given.Length;
        var axes = Strided.Axes(node, given, rank);
        Queue<int> sizes = new(shape);
        return [[.. Enumerable.Range(0, rank).Select(axis => axes.Contains(axis) ? 1 : sizes.Dequeue())]];
    }
}

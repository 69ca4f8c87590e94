using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The second input where the first is true, the third elsewhere, with broadcasting.</summary>
internal sealed class WhereOp() : Op("Where", 3, 3)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Bool);
        Require(node, inputs, 2, inputs[1]!.Value);
        return [inputs[1]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Broadcast.Shape(node, Broadcast.Shape(node, inputs.Shape(0), inputs.Shape(1)), inputs.Shape(2))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = outputs[0].Shape;
        var condition = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        var a = Strided.BroadcastOffsets(inputs.Shape(1), shape);
        var b = Strided.BroadcastOffsets(inputs.Shape(2), shape);
        for (var i = 0; i < condition.Length; i++)
        {
            var first = inputs.Value(0).Bools[condition[i]];
            Array.Copy(inputs.Value(first ? 1 : 2).Storage, first ? a[i] : b[i], outputs[0].Storage, i, 1);
        }
    }
}

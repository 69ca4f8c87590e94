using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>The input broadcast to a shape (both ways: a size of 1 in the shape keeps the input's).</summary>
internal sealed class ExpandOp() : Op("Expand", 2, 2)
{
    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Broadcast.Shape(node, inputs.Shape(0), Array.ConvertAll(inputs.Integers(1), size => checked((int)size)))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Strided.Gather(inputs.Value(0), outputs[0], Strided.BroadcastOffsets(inputs.Shape(0), outputs[0].Shape));
}

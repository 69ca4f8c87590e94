using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

/// <summary>The input broadcast to a shape (both ways: a size of 1 in the shape keeps the input's).</summary>
internal sealed class ExpandOp() : Op("Expand", 2, 2)
{
    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Broadcast.Shape(node, inputs.Shape(0), Array.ConvertAll(inputs.Integers(1), size => Strided.Size(node, size)))];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Strided.Gather(inputs.Value(0), outputs[0], Strided.BroadcastOffsets(inputs.Shape(0), outputs[0].Shape));
}

/// <summary>The input repeated along each dimension.</summary>
internal sealed class TileOp() : Op("Tile", 2, 2)
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        new OpInputs(node, inputs).Integers(1) is [not 1, ..];

    protected override void Validate(Node node)
    {
        if (node.Opset < 6)
            throw node.Error($"is not supported in operator set {node.Opset}");
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var repeats = inputs.Integers(1);
        return repeats.Length == shape.Length && repeats.All(r => r is >= 0 and <= int.MaxValue)
            ? [[.. shape.Zip(repeats, (size, r) => Strided.Size(node, size * r))]]
            : throw node.Error($"cannot repeat {ShapeText.Of(shape)} [{string.Join(", ", repeats)}] times");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var strides = Strided.Strides(shape);
        var own = Strided.Strides(outputs[0].Shape);
        var from = new int[outputs[0].Length];
        for (var i = 0; i < from.Length; i++)
        {
            for (var axis = 0; axis < shape.Length; axis++)
                from[i] += i / own[axis] % shape[axis] * strides[axis];
        }

        Strided.Gather(inputs.Value(0), outputs[0], from);
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

/// <summary>The dimensions in another order; reversed if none is given.</summary>
internal sealed class TransposeOp() : Op("Transpose", 1, 1, "perm")
{
    /// <summary>For each dimension of the output: which one of the input it is.</summary>
    public static int[] Order(Node node, int rank)
    {
        var order = node.Attributes.Ints("perm") ?? [.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))];
        return order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(i => (long)i))
            ? Array.ConvertAll(order, i => (int)i)
            : throw node.Error($"attribute 'perm' is [{string.Join(", ", order)}], which is no order of {rank} dimensions");
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) =>
        [Array.ConvertAll(Order(node, inputs.Rank(0)), i => inputs.Shape(0)[i])];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var strides = Strided.Strides(inputs.Shape(0));
        var moved = Array.ConvertAll(Order(node, inputs.Rank(0)), i => strides[i]);
        Strided.Copy(inputs.Value(0), outputs[0], moved);
    }
}

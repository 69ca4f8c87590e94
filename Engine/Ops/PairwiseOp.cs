using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator on pairs of elements of two tensors, with broadcasting by the rule of its operator set.</summary>
internal abstract class PairwiseOp(string type, params string[] attributes)
    : Op(type, 2, 2, ["axis", "broadcast", "consumed_inputs", .. attributes])
{
    /// <summary>Fills the result from the elements of x at a[i] and of y at b[i].</summary>
    protected abstract void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result);

    protected override void Validate(Node node) => Broadcast.Validate(node);

    protected sealed override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var a = inputs.Shape(0);
        return [Broadcast.Shape(node, a, Broadcast.SecondShape(node, a, inputs.Shape(1)))];
    }

    protected sealed override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = outputs[0].Shape;
        var a = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        var b = Strided.BroadcastOffsets(Broadcast.SecondShape(node, inputs.Shape(0), inputs.Shape(1)), shape);
        Apply(node, inputs.Value(0), a, inputs.Value(1), b, outputs[0]);
    }

    /// <summary>Throws unless both inputs have the same type, one of these.</summary>
    protected static void RequireBoth(Node node, IReadOnlyList<ElementType?> inputs, params ReadOnlySpan<ElementType> types)
    {
        Require(node, inputs, 0, types);
        Require(node, inputs, 1, inputs[0]!.Value);
    }
}

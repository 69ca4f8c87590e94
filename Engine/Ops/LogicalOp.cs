using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator on two truth values, with broadcasting.</summary>
internal abstract class LogicalOp(string type) : Op(type, 2, 2, "axis", "broadcast")
{
    public abstract bool Of(bool a, bool b);

    protected override void Validate(Node node) => Broadcast.Validate(node);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Bool);
        Require(node, inputs, 1, ElementType.Bool);
        return [ElementType.Bool];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] a = inputs.Shape(0);
        return [Broadcast.Shape(node, a, Broadcast.SecondShape(node, a, inputs.Shape(1)))];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        int[] shape = outputs[0].Shape;
        int[] a = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        int[] b = Strided.BroadcastOffsets(Broadcast.SecondShape(node, inputs.Shape(0), inputs.Shape(1)), shape);
        for (int i = 0; i < a.Length; i++)
            outputs[0].Bools[i] = Of(inputs.Value(0).Bools[a[i]], inputs.Value(1).Bools[b[i]]);
    }
}

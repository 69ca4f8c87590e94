using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator on two numbers, with broadcasting, on reals and whole numbers.</summary>
internal abstract class BinaryOp(string type) : Op(type, 2, 2, "axis", "broadcast", "consumed_inputs")
{
    public abstract float Apply(float a, float b);

    public abstract long Apply(long a, long b);

    protected override void Validate(Node node) => Broadcast.Validate(node);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, inputs[0]!.Value);
        return [inputs[0]!.Value];
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
        Tensor x = inputs.Value(0);
        Tensor y = inputs.Value(1);
        switch (x.Type)
        {
            case ElementType.Float32:
                for (int i = 0; i < a.Length; i++)
                    outputs[0].Floats[i] = Apply(x.Floats[a[i]], y.Floats[b[i]]);
                break;
            case ElementType.Int64:
                for (int i = 0; i < a.Length; i++)
                    outputs[0].Int64s[i] = Apply(x.Int64s[a[i]], y.Int64s[b[i]]);
                break;
            default:
                for (int i = 0; i < a.Length; i++)
                    outputs[0].Int32s[i] = (int)Apply((long)x.Int32s[a[i]], y.Int32s[b[i]]);
                break;
        }
    }
}

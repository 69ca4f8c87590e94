using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that compares two numbers, with broadcasting.</summary>
internal abstract class ComparisonOp(string type, bool onBools = false) : Op(type, 2, 2, "axis", "broadcast")
{
    public abstract bool Holds(double a, double b);

    public abstract bool Holds(long a, long b);

    protected override void Validate(Node node) => Broadcast.Validate(node);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (onBools)
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32, ElementType.Bool);
        else
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, inputs[0]!.Value);
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
        Tensor x = inputs.Value(0);
        Tensor y = inputs.Value(1);
        for (int i = 0; i < a.Length; i++)
        {
            outputs[0].Bools[i] = x.Type switch
            {
                ElementType.Float32 => Holds((double)x.Floats[a[i]], y.Floats[b[i]]),
                ElementType.Int64 => Holds(x.Int64s[a[i]], y.Int64s[b[i]]),
                ElementType.Int32 => Holds((long)x.Int32s[a[i]], y.Int32s[b[i]]),
                _ => Holds(x.Bools[a[i]] ? 1L : 0L, y.Bools[b[i]] ? 1L : 0L),
            };
        }
    }
}

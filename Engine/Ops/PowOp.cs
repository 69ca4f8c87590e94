using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>a to the power of b, with broadcasting. The result has the type of a; b may be of another.</summary>
internal sealed class PowOp() : Op("Pow", 2, 2, "axis", "broadcast")
{
    protected override void Validate(Node node) => Broadcast.Validate(node);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, ElementType.Float32, ElementType.Int64, ElementType.Int32);
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
        for (int i = 0; i < a.Length; i++)
        {
            if (x.Type == ElementType.Float32)
                outputs[0].Floats[i] = (float)Math.Pow(x.Floats[a[i]], Real(y, b[i]));
            else if (x.Type == ElementType.Int64)
                outputs[0].Int64s[i] = Whole(x.Int64s[a[i]], y, b[i]);
            else
                outputs[0].Int32s[i] = (int)Whole(x.Int32s[a[i]], y, b[i]);
        }
    }

    private static double Real(Tensor tensor, int index) => tensor.Type switch
    {
        ElementType.Float32 => tensor.Floats[index],
        ElementType.Int64 => tensor.Int64s[index],
        _ => tensor.Int32s[index],
    };

    private static long Whole(long value, Tensor exponents, int index)
    {
        double exponent = Real(exponents, index);
        if (exponent < 0 || exponent != Math.Floor(exponent))
            return (long)Math.Pow(value, exponent);
        long power = 1;
        for (long n = 0; n < Math.Min(exponent, 1 << 20); n++)
            power = unchecked(power * value);
        return power;
    }
}

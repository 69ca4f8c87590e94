using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>a to the power of b, with broadcasting. The result has the type of a; b may be of another.</summary>
internal sealed class PowOp() : PairwiseOp("Pow")
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        Require(node, inputs, 1, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (x.Type == ElementType.Float32)
                result.Floats[i] = (float)Math.Pow(x.Floats[a[i]], Real(y, b[i]));
            else if (x.Type == ElementType.Int64)
                result.Int64s[i] = Whole(x.Int64s[a[i]], y, b[i]);
            else
                result.Int32s[i] = (int)Whole(x.Int32s[a[i]], y, b[i]);
        }
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = gradients.OutputShape();
        var a = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        var b = Strided.BroadcastOffsets(Broadcast.SecondShape(node, inputs.Shape(0), inputs.Shape(1)), shape);
        ReadOnlySpan<float> x = inputs.Floats(0), dz = gradients.OfOutput();
        var exponents = inputs.Value(1);
        for (var i = 0; i < a.Length; i++)
        {
            double power = Real(exponents, b[i]), value = x[a[i]];
            if (gradients.Wants(0) && power != 0)
                gradients.OfInput(0)[a[i]] += (float)(power * Math.Pow(value, power - 1) * dz[i]);
            if (gradients.Wants(1) && value != 0)
                gradients.OfInput(1)[b[i]] += (float)(Math.Pow(value, power) * Math.Log(value) * dz[i]);
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
        var exponent = Real(exponents, index);
        if (exponent < 0 || exponent != Math.Floor(exponent))
            return (long)Math.Pow(value, exponent);
        long power = 1;
        for (var n = (long)exponent; n > 0; n >>= 1)
        {
            power = unchecked((n & 1) == 1 ? power * value : power);
            value = unchecked(value * value);
        }

        return power;
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

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

/// <summary>An operator on two numbers, with broadcasting, on reals and whole numbers.</summary>
internal abstract class BinaryOp(
    string type, Func<float, float, float> real, Func<long, long, long> whole, Func<float, float, (float A, float B)> slopes)
    : PairwiseOp(type)
{
    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = gradients.OutputShape();
        var a = Strided.BroadcastOffsets(inputs.Shape(0), shape);
        var b = Strided.BroadcastOffsets(Broadcast.SecondShape(node, inputs.Shape(0), inputs.Shape(1)), shape);
        ReadOnlySpan<float> x = inputs.Floats(0), y = inputs.Floats(1), dz = gradients.OfOutput();
        double[] dx = new double[x.Length], dy = new double[y.Length];
        for (var i = 0; i < a.Length; i++)
        {
            (var slopeX, var slopeY) = slopes(x[a[i]], y[b[i]]);
            dx[a[i]] += (double)slopeX * dz[i];
            dy[b[i]] += (double)slopeY * dz[i];
        }

        for (var i = 0; i < dx.Length && gradients.Wants(0); i++)
            gradients.OfInput(0)[i] += (float)dx[i];
        for (var i = 0; i < dy.Length && gradients.Wants(1); i++)
            gradients.OfInput(1)[i] += (float)dy[i];
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        RequireBoth(node, inputs, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        switch (x.Type)
        {
            case ElementType.Float32:
                for (var i = 0; i < a.Length; i++)
                    result.Floats[i] = real(x.Floats[a[i]], y.Floats[b[i]]);
                break;
            case ElementType.Int64:
                for (var i = 0; i < a.Length; i++)
                    result.Int64s[i] = whole(x.Int64s[a[i]], y.Int64s[b[i]]);
                break;
            default:
                for (var i = 0; i < a.Length; i++)
                    result.Int32s[i] = (int)whole(x.Int32s[a[i]], y.Int32s[b[i]]);
                break;
        }
    }
}

/// <summary>a + b, with broadcasting.</summary>
internal sealed class AddOp() : BinaryOp("Add", (a, b) => a + b, (a, b) => unchecked(a + b), (_, _) => (1, 1));

/// <summary>a - b, with broadcasting.</summary>
internal sealed class SubOp() : BinaryOp("Sub", (a, b) => a - b, (a, b) => unchecked(a - b), (_, _) => (1, -1));

/// <summary>a b, with broadcasting.</summary>
internal sealed class MulOp() : BinaryOp("Mul", (a, b) => a * b, (a, b) => unchecked(a * b), (a, b) => (b, a));

/// <summary>a / b, with broadcasting; of whole numbers: towards zero, and none by zero.</summary>
internal sealed class DivOp() : BinaryOp("Div", (a, b) => a / b, (a, b) => b == -1 ? unchecked(-a) : a / b,
    (a, b) => (1 / b, -a / (b * b)))
{
    protected override void Apply(Node node, Tensor x, int[] a, Tensor y, int[] b, Tensor result)
    {
        ModOp.RefuseZeros(node, y);
        base.Apply(node, x, a, y, b, result);
    }
}

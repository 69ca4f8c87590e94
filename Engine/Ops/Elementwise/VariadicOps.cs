using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>
/// An operator that folds any number of inputs into one, with broadcasting (before operator set 8: of one shape); since operator
/// set 12 of whole numbers too, where that is given.
/// </summary>
internal abstract class VariadicOp(string type, Func<float, float, float> real, Func<long, long, long>? whole = null)
    : Op(type, 1, int.MaxValue, "consumed_inputs")
{
    protected virtual float Finish(float folded, int count) => folded;

    /// <summary>The derivative by an input x of the result y of so many inputs, of which so many are equal to y.</summary>
    protected virtual float Slope(float x, float y, int count, int equal) => x == y ? 1f / equal : 0;

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs | ForwardValues.Outputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        ReadOnlySpan<float> y = gradients.Output(), dy = gradients.OfOutput();
        int[][] at = [.. inputs.Facts.Select(f => Strided.BroadcastOffsets(f!.Shape!, gradients.OutputShape()))];
        var equal = new int[y.Length];
        for (var n = 0; n < at.Length; n++)
        {
            for (var i = 0; i < y.Length; i++)
                equal[i] += inputs.Floats(n)[at[n][i]] == y[i] ? 1 : 0;
        }

        for (var n = 0; n < at.Length; n++)
        {
            for (var i = 0; i < y.Length && gradients.Wants(n); i++)
                gradients.OfInput(n)[at[n][i]] += Slope(inputs.Floats(n)[at[n][i]], y[i], at.Length, equal[i]) * dy[i];
        }
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (whole != null && node.Opset >= 12)
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        else
            Require(node, inputs, 0, ElementType.Float32);
        for (var i = 1; i < inputs.Count; i++)
            Require(node, inputs, i, inputs[0]!.Value);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        for (var i = 1; i < inputs.Count; i++)
        {
            if (node.Opset < 8 && !shape.AsSpan().SequenceEqual(inputs.Shape(i)))
                throw node.Error($"inputs of {ShapeText.Of(shape)} and {ShapeText.Of(inputs.Shape(i))} differ in shape");
            shape = Broadcast.Shape(node, shape, inputs.Shape(i));
        }

        return [shape];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var y = outputs[0];
        Strided.Gather(inputs.Value(0), y, Strided.BroadcastOffsets(inputs.Shape(0), y.Shape));
        for (var n = 1; n < inputs.Count; n++)
        {
            var x = inputs.Value(n);
            var at = Strided.BroadcastOffsets(x.Shape, y.Shape);
            for (var i = 0; i < at.Length; i++)
            {
                if (y.Type == ElementType.Float32)
                    y.Floats[i] = real(y.Floats[i], x.Floats[at[i]]);
                else if (y.Type == ElementType.Int64)
                    y.Int64s[i] = whole!(y.Int64s[i], x.Int64s[at[i]]);
                else
                    y.Int32s[i] = (int)whole!(y.Int32s[i], x.Int32s[at[i]]);
            }
        }

        if (y.Type == ElementType.Float32)
        {
            foreach (ref var value in y.Floats)
                value = Finish(value, inputs.Count);
        }
    }
}

/// <summary>The largest of all inputs, with broadcasting.</summary>
internal sealed class MaxOp() : VariadicOp("Max", (a, b) => MathF.Max(a, b), (a, b) => Math.Max(a, b));

/// <summary>The smallest of all inputs, with broadcasting.</summary>
internal sealed class MinOp() : VariadicOp("Min", (a, b) => MathF.Min(a, b), (a, b) => Math.Min(a, b));

/// <summary>The sum of all inputs, with broadcasting.</summary>
internal sealed class SumOp() : VariadicOp("Sum", (a, b) => a + b)
{
    protected override float Slope(float x, float y, int count, int equal) => 1;
}

/// <summary>The mean of all inputs, with broadcasting.</summary>
internal sealed class MeanOp() : VariadicOp("Mean", (a, b) => a + b)
{
    protected override float Finish(float folded, int count) => folded / count;

    protected override float Slope(float x, float y, int count, int equal) => 1f / count;
}

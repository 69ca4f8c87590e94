using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.MatrixProducts;

/// <summary>
/// alpha A B + beta C on matrices, either of A and B transposed if asked for, C broadcast (a bias, mostly).
/// After rewriting it may also carry an activation (see <see cref="Activation"/>).
/// </summary>
internal sealed class GemmOp() : Op("Gemm", 2, 3, ["alpha", "beta", "transA", "transB", "broadcast", .. Activation.Attributes])
{
    protected override void Validate(Node node) => _ = Activation.Of(node);

    public override ForwardValues? NeededByBackward(Node node) => Activation.IsFused(node) ? null : ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        int[] a = Strided.Strides(inputs.Shape(0)), b = Strided.Strides(inputs.Shape(1)), y = gradients.OutputShape();
        var transposedA = node.Attributes.Int("transA") != 0;
        if (transposedA)
            Array.Reverse(a);
        if (node.Attributes.Int("transB") != 0)
            Array.Reverse(b);
        var inner = inputs.Shape(0)[transposedA ? 0 : 1];
        double alpha = node.Attributes.Float("alpha", 1), beta = node.Attributes.Float("beta", 1);
        ReadOnlySpan<float> left = inputs.Floats(0), right = inputs.Floats(1), dy = gradients.OfOutput();
        for (var row = 0; row < y[0]; row++)
        {
            for (var k = 0; k < inner && gradients.Wants(0); k++)
            {
                double sum = 0;
                for (var n = 0; n < y[1]; n++)
                    sum += (double)dy[(row * y[1]) + n] * right[(k * b[0]) + (n * b[1])];
                gradients.OfInput(0)[(row * a[0]) + (k * a[1])] += (float)(alpha * sum);
            }
        }

        for (var k = 0; k < inner && gradients.Wants(1); k++)
        {
            for (var n = 0; n < y[1]; n++)
            {
                double sum = 0;
                for (var row = 0; row < y[0]; row++)
                    sum += (double)dy[(row * y[1]) + n] * left[(row * a[0]) + (k * a[1])];
                gradients.OfInput(1)[(k * b[0]) + (n * b[1])] += (float)(alpha * sum);
            }
        }

        if (!gradients.Wants(2))
            return;
        var at = Strided.BroadcastOffsets(inputs.Shape(2), y);
        for (var i = 0; i < at.Length; i++)
            gradients.OfInput(2)[at[i]] += (float)(beta * dy[i]);
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var a = inputs.Shape(0);
        var b = inputs.Shape(1);
        if (a.Length != 2 || b.Length != 2)
            throw node.Error($"needs two matrices, not {ShapeText.Of(a)} and {ShapeText.Of(b)}");
        (var rows, var inner) = node.Attributes.Int("transA") != 0 ? (a[1], a[0]) : (a[0], a[1]);
        (var otherInner, var columns) = node.Attributes.Int("transB") != 0 ? (b[1], b[0]) : (b[0], b[1]);
        if (inner != otherInner)
            throw node.Error($"cannot multiply {ShapeText.Of(a)} by {ShapeText.Of(b)} (inner sizes {inner} and {otherInner})");
        int[] y = [rows, columns];
        return !inputs.Has(2) || Broadcast.Shape(node, y, inputs.Shape(2)).AsSpan().SequenceEqual(y)
            ? [y]
            : throw node.Error($"cannot add {ShapeText.Of(inputs.Shape(2))} to {ShapeText.Of(y)}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var a = Strided.Strides(inputs.Shape(0));
        var b = Strided.Strides(inputs.Shape(1));
        var transposedA = node.Attributes.Int("transA") != 0;
        if (transposedA)
            Array.Reverse(a);
        if (node.Attributes.Int("transB") != 0)
            Array.Reverse(b);
        var alpha = node.Attributes.Float("alpha", 1);
        var beta = node.Attributes.Float("beta", 1);
        var inner = inputs.Shape(0)[transposedA ? 0 : 1];
        var columns = outputs[0].Shape[1];
        var c = inputs.Has(2) ? Strided.BroadcastOffsets(inputs.Shape(2), outputs[0].Shape) : null;
        ReadOnlySpan<float> left = inputs.Floats(0);
        ReadOnlySpan<float> right = inputs.Floats(1);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
        {
            double sum = 0;
            for (var k = 0; k < inner; k++)
                sum += (double)left[(i / columns * a[0]) + (k * a[1])] * right[(k * b[0]) + (i % columns * b[1])];
            y[i] = (float)((alpha * sum) + (c == null ? 0 : (double)beta * inputs.Floats(2)[c[i]]));
        }

        Activation.Apply(node, y);
    }
}

/// <summary>
/// The product of stacks of matrices: the last two dimensions multiply, those before are broadcast; a vector is a row, or a
/// column.
/// </summary>
internal sealed class MatMulOp() : Op("MatMul", 2, 2)
{
    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        (var a, var b) = AsMatrices(node, inputs);
        if (a[^1] != b[^2])
        {
            throw node.Error(
                $"cannot multiply {ShapeText.Of(inputs.Shape(0))} by {ShapeText.Of(inputs.Shape(1))} "
                + $"(inner sizes {a[^1]} and {b[^2]})");
        }

        var stack = Broadcast.Shape(node, a[..^2], b[..^2]);
        return [[.. stack, .. inputs.Rank(0) == 1 ? (int[])[] : [a[^2]], .. inputs.Rank(1) == 1 ? (int[])[] : [b[^1]]]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var a, var b) = AsMatrices(node, inputs);
        (var rows, var inner, var columns) = (a[^2], a[^1], b[^1]);
        var stack = Broadcast.Shape(node, a[..^2], b[..^2]);
        var firsts = Strided.BroadcastOffsets(a[..^2], stack);
        var seconds = Strided.BroadcastOffsets(b[..^2], stack);
        var y = outputs[0].Floats;
        var at = 0;
        for (var matrix = 0; matrix < firsts.Length; matrix++)
        {
            ReadOnlySpan<float> left = inputs.Floats(0).Slice(firsts[matrix] * rows * inner, rows * inner);
            ReadOnlySpan<float> right = inputs.Floats(1).Slice(seconds[matrix] * inner * columns, inner * columns);
            for (var i = 0; i < rows * columns; i++)
            {
                double sum = 0;
                for (var k = 0; k < inner; k++)
                    sum += (double)left[(i / columns * inner) + k] * right[(k * columns) + (i % columns)];
                y[at++] = (float)sum;
            }
        }
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.Inputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        (var a, var b) = AsMatrices(node, inputs);
        (var rows, var inner, var columns) = (a[^2], a[^1], b[^1]);
        var stack = Broadcast.Shape(node, a[..^2], b[..^2]);
        var firsts = Strided.BroadcastOffsets(a[..^2], stack);
        var seconds = Strided.BroadcastOffsets(b[..^2], stack);
        ReadOnlySpan<float> left = inputs.Floats(0), right = inputs.Floats(1), dy = gradients.OfOutput();
        for (var matrix = 0; matrix < firsts.Length; matrix++)
        {
            int x = firsts[matrix] * rows * inner, w = seconds[matrix] * inner * columns, y = matrix * rows * columns;
            for (var k = 0; k < inner; k++)
            {
                for (var row = 0; row < rows && gradients.Wants(0); row++)
                {
                    double sum = 0;
                    for (var n = 0; n < columns; n++)
                        sum += (double)dy[y + (row * columns) + n] * right[w + (k * columns) + n];
                    gradients.OfInput(0)[x + (row * inner) + k] += (float)sum;
                }

                for (var n = 0; n < columns && gradients.Wants(1); n++)
                {
                    double sum = 0;
                    for (var row = 0; row < rows; row++)
                        sum += (double)dy[y + (row * columns) + n] * left[x + (row * inner) + k];
                    gradients.OfInput(1)[w + (k * columns) + n] += (float)sum;
                }
            }
        }
    }

    private static (int[] A, int[] B) AsMatrices(Node node, OpInputs inputs)
    {
        var a = inputs.Shape(0);
        var b = inputs.Shape(1);
        return a.Length == 0 || b.Length == 0
            ? throw node.Error("cannot multiply a scalar")
            : (a.Length == 1 ? [1, a[0]] : a, b.Length == 1 ? [b[0], 1] : b);
    }
}

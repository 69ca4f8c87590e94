using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The product of stacks of matrices: the last two dimensions multiply, those before are broadcast; a vector is a row, or a
/// column.
/// </summary>
internal sealed class MatMulOp() : Op("MatMul", 2, 2)
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32);
        Require(node, inputs, 1, ElementType.Float32);
        return [ElementType.Float32];
    }

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

    private static (int[] A, int[] B) AsMatrices(Node node, OpInputs inputs)
    {
        var a = inputs.Shape(0);
        var b = inputs.Shape(1);
        return a.Length == 0 || b.Length == 0
            ? throw node.Error("cannot multiply a scalar")
            : (a.Length == 1 ? [1, a[0]] : a, b.Length == 1 ? [b[0], 1] : b);
    }
}

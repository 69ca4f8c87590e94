using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// ONNX's (that is NumPy's) rule by which tensors of different shapes meet, and the older rule of operator sets before 7.
/// </summary>
internal static class Broadcast
{
    /// <summary>The shape that both are stretched to: dimensions aligned at the end, sizes equal or 1.</summary>
    public static int[] Shape(Node node, int[] a, int[] b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= shape.Length; i++)
        {
            var x = i <= a.Length ? a[^i] : 1;
            var y = i <= b.Length ? b[^i] : 1;
            if (x != y && x != 1 && y != 1)
                throw node.Error($"{ShapeText.Of(a)} and {ShapeText.Of(b)} cannot be broadcast to one shape");
            shape[^i] = x == 1 ? y : x;
        }

        return shape;
    }

    /// <summary>
    /// The shape under which the second operand follows the rule above. Before operator set 7 it had to have the first one's
    /// shape, or, with <c>broadcast</c> set, a part of it that begins at <c>axis</c> (or ends at the end).
    /// </summary>
    public static int[] SecondShape(Node node, int[] a, int[] b)
    {
        if (node.Opset >= 7)
            return b;
        if (node.Attributes.Int("broadcast") == 0)
        {
            return a.AsSpan().SequenceEqual(b)
                ? b
                : throw node.Error($"{ShapeText.Of(a)} and {ShapeText.Of(b)} differ, and 'broadcast' is not set");
        }

        var axis = node.Attributes.Has("axis") ? Strided.Axis(node, node.Attributes.Int("axis"), a.Length, orEnd: true)
            : a.Length - b.Length;
        if (axis < 0 || axis + b.Length > a.Length)
            throw node.Error($"{ShapeText.Of(b)} does not lie in {ShapeText.Of(a)} from axis {axis}");
        for (var i = 0; i < b.Length; i++)
        {
            if (b[i] != a[axis + i] && b[i] != 1)
                throw node.Error($"{ShapeText.Of(b)} does not lie in {ShapeText.Of(a)} from axis {axis}");
        }

        return [.. b, .. Enumerable.Repeat(1, a.Length - axis - b.Length)];
    }

    /// <summary>Refuses the attributes of the older rule where the newer holds.</summary>
    public static void Validate(Node node)
    {
        if (node.Opset >= 7 && (node.Attributes.Has("axis") || node.Attributes.Has("broadcast")))
            throw node.Error($"attributes 'axis' and 'broadcast' are not known in operator set {node.Opset}");
    }
}

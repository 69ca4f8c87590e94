using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Walks over tensors by strides: how the plain forms of broadcasting, slicing, transposing and the like address elements.
/// </summary>
internal static class Strided
{
    private const int ShortestRun = 4;

    /// <summary>The distance between neighbours along each dimension of a row-major tensor.</summary>
    public static int[] Strides(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var stride = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <summary>
    /// For each element of a tensor of this shape, in order: where it lies when neighbours along dimension i are strides[i]
    /// apart.
    /// </summary>
    public static int[] Offsets(int[] shape, int[] strides, int start = 0)
    {
        var offsets = new int[Tensor.LengthOf(shape)];
        var position = new int[shape.Length];
        var offset = start;
        for (var n = 0; n < offsets.Length; n++)
        {
            offsets[n] = offset;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++position[axis] < shape[axis])
                    break;
                offset -= strides[axis] * shape[axis];
                position[axis] = 0;
            }
        }

        return offsets;
    }

    /// <summary>For each element of the wider shape: where the element of the narrower that is broadcast to it lies.</summary>
    public static int[] BroadcastOffsets(int[] narrow, int[] wide)
    {
        var own = Strides(narrow);
        var strides = new int[wide.Length];
        var lead = wide.Length - narrow.Length;
        for (var i = 0; i < narrow.Length; i++)
            strides[lead + i] = narrow[i] == 1 ? 0 : own[i];
        return Offsets(wide, strides);
    }

    /// <summary>to[i] = from[offsets[i]], for any type.</summary>
    public static void Gather(Tensor from, Tensor to, int[] offsets)
    {
        switch (from.Type)
        {
            case ElementType.Float32: Gather<float>(from.Floats, to.Floats, offsets); break;
            case ElementType.Int64: Gather<long>(from.Int64s, to.Int64s, offsets); break;
            case ElementType.Int32: Gather<int>(from.Int32s, to.Int32s, offsets); break;
            default: Gather<bool>(from.Bools, to.Bools, offsets); break;
        }
    }

    /// <summary>
    /// Fills a tensor in order with elements of another, of which neighbours along dimension i are strides[i] apart: whole runs
    /// at once where they lie together.
    /// </summary>
    public static void Copy(Tensor from, Tensor to, int[] strides, int start = 0)
    {
        var shape = to.Shape;
        var kept = shape.Length;
        var run = 1;
        while (kept > 0 && (strides[kept - 1] == run || shape[kept - 1] == 1))
            run *= shape[--kept];
        if (run < ShortestRun)
        {
            Gather(from, to, Offsets(shape, strides, start));
            return;
        }

        var starts = Offsets(shape[..kept], strides[..kept], start);
        for (var i = 0; i < starts.Length; i++)
            Array.Copy(from.Storage, starts[i], to.Storage, i * run, run);
    }

    /// <summary>A dimension by its number, counted from the end if negative; up to rank itself if that is allowed.</summary>
    public static int Axis(Node node, long axis, int rank, bool orEnd = false)
    {
        var limit = orEnd ? rank + 1 : rank;
        return axis >= -rank && axis < limit
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw node.Error($"axis {axis} is not in a tensor of rank {rank}");
    }

    /// <summary>A place along a dimension by its index, counted from the end if negative.</summary>
    public static int Index(Node node, long index, int axis, int[] shape)
    {
        var place = index < 0 ? index + shape[axis] : index;
        return place >= 0 && place < shape[axis] ? (int)place
            : throw node.Error($"index {index} is not in dimension {axis} of {ShapeText.Of(shape)}");
    }

    /// <summary>A number as the size of a dimension.</summary>
    public static int Size(Node node, long size) => size is >= 0 and <= int.MaxValue
        ? (int)size
        : throw node.Error($"would make a dimension of {size}");

    /// <summary>Throws if a tensor of this shape could not be.</summary>
    public static void CheckSize(Node node, ReadOnlySpan<int> shape)
    {
        if (!Tensor.IsPossible(shape))
            throw node.Error($"would make a tensor of {ShapeText.Of(shape)}, which is too large");
    }

    /// <summary>Different dimensions by number, in increasing order.</summary>
    public static int[] Axes(Node node, long[] axes, int rank)
    {
        int[] found = [.. axes.Select(a => Axis(node, a, rank)).Order()];
        return found.Distinct().Count() == found.Length
            ? found
            : throw node.Error($"an axis comes twice in [{string.Join(", ", axes)}]");
    }

    /// <summary>The product of the sizes from one dimension up to, and without, another.</summary>
    public static int Product(ReadOnlySpan<int> shape, int from, int to) => (int)Tensor.LengthOf(shape[from..to]);

    private static void Gather<T>(ReadOnlySpan<T> from, Span<T> to, int[] offsets)
    {
        for (var i = 0; i < offsets.Length; i++)
            to[i] = from[offsets[i]];
    }
}

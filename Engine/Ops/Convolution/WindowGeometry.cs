using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Convolution;

/// <summary>
/// How the windows of a convolution or pooling lie over the spatial dimensions, all padding resolved. One entry per spatial
/// dimension.
/// </summary>
/// <param name="Kernel">The window's size.</param>
/// <param name="Strides">The distance between windows.</param>
/// <param name="Dilations">The distance between neighbours in a window.</param>
/// <param name="PadsBegin">Padding before the first element.</param>
/// <param name="PadsEnd">Padding after the last; windows may reach further still if sizes are rounded up.</param>
/// <param name="Input">The input's spatial sizes.</param>
/// <param name="Output">The output's spatial sizes.</param>
internal sealed record WindowGeometry(
    int[] Kernel, int[] Strides, int[] Dilations, int[] PadsBegin, int[] PadsEnd, int[] Input, int[] Output)
{
    /// <summary>The attributes that this reads.</summary>
    public static readonly string[] Attributes = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];

    /// <summary>Reads a node's attributes for an input of batch x channels x spatial sizes.</summary>
    public static WindowGeometry Of(Node node, ReadOnlySpan<int> inputShape, int[] kernel, bool roundUp = false)
    {
        if (inputShape.Length < 3 || inputShape.Length > 5)
            throw node.Error($"needs an input of batch x channels x 1 to 3 spatial sizes, not {ShapeText.Of(inputShape)}");
        var input = inputShape[2..].ToArray();
        var rank = input.Length;
        if (kernel.Length != rank || kernel.Any(k => k < 1))
            throw node.Error($"has a kernel of {ShapeText.Of(kernel)} on an input of {ShapeText.Of(inputShape)}");
        var strides = Positive(node, "strides", rank);
        var dilations = Positive(node, "dilations", rank);
        int[] extent = [.. kernel.Zip(dilations, (k, d) => Strided.Size(node, ((k - 1L) * d) + 1))];
        (var begin, var end) = Pads(node, input, extent, strides);
        var output = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            // In windows that reach beyond the padding, too, places are numbers of 32 bits.
            var padded = Strided.Size(node, (long)input[i] + begin[i] + end[i] + extent[i]) - extent[i];
            var room = padded - extent[i];
            if (room < 0)
            {
                throw node.Error(
                    $"has a window of {ShapeText.Of(extent)} that is larger than the padded input {ShapeText.Of(inputShape)}");
            }

            output[i] = (room / strides[i]) + 1;

            if (!roundUp)
                continue;

            // The last window need not fit whole, but must begin in the input or the padding before it.
            output[i] = (int)((room + strides[i] - 1L) / strides[i]) + 1;
            if ((output[i] - 1L) * strides[i] >= input[i] + begin[i])
                output[i]--;
        }

        return new WindowGeometry(kernel, strides, dilations, begin, end, input, output);
    }

    /// <summary>The attribute <c>kernel_shape</c>; null if it is not given.</summary>
    public static int[]? KernelShape(Node node) =>
        node.Attributes.Ints("kernel_shape") is { } sizes ? Array.ConvertAll(sizes, s => Strided.Size(node, s)) : null;

    /// <summary>Refuses attribute values that no input makes valid.</summary>
    public static void Validate(Node node)
    {
        var mode = node.Attributes.Text("auto_pad", "NOTSET");
        if (mode is not ("NOTSET" or "SAME_UPPER" or "SAME_LOWER" or "VALID"))
            throw node.Error($"attribute 'auto_pad' cannot be '{mode}'");
        if (mode != "NOTSET" && node.Attributes.Ints("pads") is { } pads && pads.Any(p => p != 0))
            throw node.Error($"has both 'pads' and 'auto_pad' ({mode})");
    }

    /// <summary>The same with three spatial dimensions, leading ones of size 1 added.</summary>
    public WindowGeometry In3D()
    {
        var missing = 3 - Kernel.Length;
        int[] Fill(int[] values, int with) => [.. Enumerable.Repeat(with, missing), .. values];
        return new WindowGeometry(Fill(Kernel, 1), Fill(Strides, 1), Fill(Dilations, 1), Fill(PadsBegin, 0), Fill(PadsEnd, 0),
            Fill(Input, 1), Fill(Output, 1));
    }

    private static int[] Positive(Node node, string name, int rank)
    {
        var values = node.Attributes.Ints(name) ?? [.. Enumerable.Repeat(1L, rank)];
        return values.Length == rank && values.All(v => v is >= 1 and <= int.MaxValue)
            ? Array.ConvertAll(values, v => (int)v)
            : throw node.Error($"attribute '{name}' is [{string.Join(", ", values)}], where {rank} positive numbers are needed");
    }

    private static (int[] Begin, int[] End) Pads(Node node, int[] input, int[] extent, int[] strides)
    {
        var rank = input.Length;
        var begin = new int[rank];
        var end = new int[rank];
        var mode = node.Attributes.Text("auto_pad", "NOTSET");
        if (mode == "NOTSET")
        {
            var pads = node.Attributes.Ints("pads") ?? new long[2 * rank];
            if (pads.Length != 2 * rank || pads.Any(p => p is < 0 or > int.MaxValue))
            {
                throw node.Error(
                    $"attribute 'pads' is [{string.Join(", ", pads)}], where {2 * rank} numbers of at least 0 are needed");
            }

            for (var i = 0; i < rank; i++)
                (begin[i], end[i]) = ((int)pads[i], (int)pads[rank + i]);
        }
        else if (mode != "VALID")
        {
            // As many windows as strides fit into the input; an odd one of the padding goes to the end, or to the beginning.
            for (var i = 0; i < rank; i++)
            {
                var windows = (input[i] + strides[i] - 1L) / strides[i];
                var total = Strided.Size(node, Math.Max(0, ((windows - 1) * strides[i]) + extent[i] - input[i]));
                begin[i] = mode == "SAME_UPPER" ? total / 2 : total - (total / 2);
                end[i] = total - begin[i];
            }
        }

        return (begin, end);
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Indexing;

/// <summary>
/// Elements added before and after (or, where negative, cut off) along each dimension: a constant, the edge repeated, a
/// reflection, or the other end. Pads are an attribute, since operator set 11 an input.
/// </summary>
internal sealed class PadOp() : Op("Pad", 1, 4, "mode", "pads", "value")
{
    private const int PadsAreInputsSince = 11;

    /// <summary>How many elements are added before and after along each dimension.</summary>
    public static (int[] Begin, int[] End) Pads(Node node, OpInputs inputs)
    {
        var rank = inputs.Rank(0);
        var pads = node.Attributes.Ints("pads") ?? inputs.Integers(1);
        int[] axes = [.. inputs.Has(3) ? inputs.Integers(3).Select(a => Strided.Axis(node, a, rank)) : Enumerable.Range(0, rank)];
        if (pads.Length != 2 * axes.Length || axes.Distinct().Count() != axes.Length
            || pads.Any(p => p is < -int.MaxValue or > int.MaxValue))
        {
            throw node.Error(
                $"has the pads [{string.Join(", ", pads)}] for {axes.Length} axes of {ShapeText.Of(inputs.Shape(0))}");
        }

        var begin = new int[rank];
        var end = new int[rank];
        for (var i = 0; i < axes.Length; i++)
            (begin[axes[i]], end[axes[i]]) = ((int)pads[i], (int)pads[axes.Length + i]);
        return (begin, end);
    }

    /// <summary>
    /// What fills the new elements where the mode is <c>constant</c>; zero if not said. An empty one-element tensor's worth of
    /// type.
    /// </summary>
    public static Tensor Filling(Node node, OpInputs inputs)
    {
        if (inputs.Has(2))
            return inputs.Value(2);
        return node.Attributes.Has("value") ? Tensor.Of([node.Attributes.Float("value")], 1) : Tensor.Zeros(inputs.Type(0), 1);
    }

    protected override void Validate(Node node)
    {
        var mode = node.Attributes.Text("mode", "constant");
        if (mode is not ("constant" or "edge" or "reflect") && !(mode == "wrap" && node.Opset >= 19))
            throw node.Error($"attribute 'mode' cannot be '{mode}'");
        var asInput = node.Opset >= PadsAreInputsSince;
        if (asInput ? node.Inputs.Count < 2 || node.Attributes.Has("pads") || node.Attributes.Has("value")
                : node.Inputs.Count > 1 || !node.Attributes.Has("pads"))
        {
            throw node.Error($"needs the pads as an {(asInput ? "input" : "attribute")} in operator set {node.Opset}");
        }
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        // What fills is not of the input: in numbers, it is 0.
        Fact?[] facts = [.. inputs.Facts.Select((fact, i) => i == 2 ? null : fact)];
        if (gradients.Wants(2))
            throw node.Error("has no gradient for the value that it fills with");
        MoveBack(node.With(attributes: node.Attributes.Without("value")), facts, gradients);
    }

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs)
    {
        (var begin, var end) = Pads(node, new OpInputs(node, inputs));
        return begin is [not 0, ..] || end is [not 0, ..];
    }

    public override bool ShapedBy(Node node, int input) => input is 1 or 3;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 2, inputs[0]!.Value);
        if (node.Opset < PadsAreInputsSince)
            Require(node, inputs, 0, ElementType.Float32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        (var begin, var end) = Pads(node, inputs);
        var padded = new int[shape.Length];
        if (inputs.Has(2) && Tensor.LengthOf(inputs.Shape(2)) != 1)
            throw node.Error($"the value must be one number, not {ShapeText.Of(inputs.Shape(2))}");
        var copies = node.Attributes.Text("mode", "constant") != "constant";
        for (var i = 0; i < shape.Length; i++)
        {
            var size = (long)begin[i] + shape[i] + end[i];
            var left = (long)shape[i] + Math.Min(0, begin[i]) + Math.Min(0, end[i]);
            var isUnclear = begin[i] * (long)end[i] < 0 && node.Attributes.Text("mode") == "wrap";
            if (size is < 0 or > int.MaxValue || isUnclear || (copies && left <= 0 && size > 0))
            {
                throw node.Error(
                    $"cannot pad {ShapeText.Of(shape)} by [{string.Join(", ", begin)}] before "
                    + $"and [{string.Join(", ", end)}] after");
            }

            padded[i] = (int)size;
        }

        return [padded];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        (var begin, var end) = Pads(node, inputs);
        var mode = node.Attributes.Text("mode", "constant");
        var y = outputs[0];
        var filling = Filling(node, inputs);
        if (mode == "constant")
            Strided.Copy(filling, y, new int[y.Rank]);
        if (y.Length == 0 || shape.Length == 0)
        {
            Array.Copy(inputs.Value(0).Storage, y.Storage, Math.Min(inputs.Value(0).Length, y.Length));
            return;
        }

        int[][] sources = [.. shape.Select((size, axis) => Sources(size, begin[axis], end[axis], y.Shape[axis], mode))];
        var last = shape.Length - 1;
        var rows = Rows(sources[..last], Strided.Strides(shape)[..last], y.Shape[..last]);
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row] >= 0)
                CopyRow(inputs.Value(0), rows[row], y, row * y.Shape[last], sources[last]);
        }
    }

    // For each row of the output: where the row that it comes from begins; -1 if it is filled.
    private static int[] Rows(int[][] sources, int[] strides, int[] shape)
    {
        var rows = new int[Tensor.LengthOf(shape)];
        var own = Strided.Strides(shape);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var axis = 0; axis < shape.Length && rows[row] >= 0; axis++)
            {
                var source = sources[axis][row / own[axis] % shape[axis]];
                rows[row] = source < 0 ? -1 : rows[row] + (source * strides[axis]);
            }
        }

        return rows;
    }

    private static void CopyRow(Tensor from, int start, Tensor to, int at, int[] sources)
    {
        for (var i = 0; i < sources.Length;)
        {
            var count = 1;
            while (sources[i] >= 0 && i + count < sources.Length && sources[i + count] == sources[i] + count)
                count++;
            if (sources[i] >= 0)
                Array.Copy(from.Storage, start + sources[i], to.Storage, at + i, count);
            i += count;
        }
    }

    // For each index along a dimension of the output: that of the input; -1 if it is filled. What is cut off does not come back.
    private static int[] Sources(int size, int begin, int end, int padded, string mode)
    {
        var cut = Math.Max(0, -begin);
        var left = Math.Max(0, size - cut - Math.Max(0, -end));
        var sources = new int[padded];
        for (var i = 0; i < padded; i++)
            sources[i] = Source(i - begin - cut, left, mode) is >= 0 and var index ? index + cut : -1;
        return sources;
    }

    // Where along a dimension an element comes from; -1 if it is filled.
    private static int Source(int index, int size, string mode)
    {
        if ((uint)index < (uint)size)
            return index;
        switch (mode)
        {
            case "constant":
                return -1;
            case "edge":
                return Math.Clamp(index, 0, size - 1);
            case "wrap":
                return ((index % size) + size) % size;
            default:
                var period = Math.Max(1, 2 * (size - 1));
                var folded = ((index % period) + period) % period;
                return folded < size ? folded : period - folded;
        }
    }
}

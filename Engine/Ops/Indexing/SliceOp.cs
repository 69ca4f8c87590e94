using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Indexing;

/// <summary>
/// A part along some dimensions, from start up to and without end, in steps; bounds beyond the tensor are cut, negative ones
/// count from the end. Bounds are attributes, since operator set 10 inputs.
/// </summary>
internal sealed class SliceOp() : Op("Slice", 1, 5, "starts", "ends", "axes")
{
    private const int BoundsAreInputsSince = 10;

    /// <summary>For each dimension: the first index, the step, and how many are taken.</summary>
    public static (int Start, int Step, int Count)[] Ranges(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        long[]? Given(string attribute, int input) => node.Opset < BoundsAreInputsSince
            ? node.Attributes.Ints(attribute)
            : inputs.Has(input) ? inputs.Integers(input) : null;

        var starts = Given("starts", 1)!;
        var ends = Given("ends", 2)!;
        var axes = Given("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = (inputs.Has(4) ? inputs.Integers(4) : null) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw node.Error($"has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps");
        _ = Strided.Axes(node, axes, shape.Length);
        (int Start, int Step, int Count)[] ranges = [.. shape.Select(size => (0, 1, size))];
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = Strided.Axis(node, axes[i], shape.Length);
            ranges[axis] = Range(node, starts[i], ends[i], steps[i], shape[axis]);
        }

        return ranges;
    }

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs)
    {
        var rows = Ranges(node, new OpInputs(node, inputs))[0];
        return rows != (0, 1, inputs[0]!.Shape![0]);
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    protected override void Validate(Node node)
    {
        var asInputs = node.Opset >= BoundsAreInputsSince;
        var isRight = asInputs
            ? node.HasInput(1) && node.HasInput(2) && !node.Attributes.Names.Any()
            : node.Inputs.Count == 1 && node.Attributes.Has("starts") && node.Attributes.Has("ends");
        if (!isRight)
            throw node.Error($"needs starts and ends as {(asInputs ? "inputs" : "attributes")} in operator set {node.Opset}");
    }

    public override bool ShapedBy(Node node, int input) => input >= 1;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [[.. Ranges(node, inputs).Select(r => r.Count)]];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        if (outputs[0].Length == 0)
            return;
        var strides = Strided.Strides(inputs.Shape(0));
        var start = 0;
        var ranges = Ranges(node, inputs);
        for (var axis = 0; axis < ranges.Length; axis++)
        {
            start += ranges[axis].Start * strides[axis];
            strides[axis] *= ranges[axis].Step;
        }

        Strided.Copy(inputs.Value(0), outputs[0], strides, start);
    }

    private static (int Start, int Step, int Count) Range(Node node, long start, long end, long step, int size)
    {
        if (step == 0)
            throw node.Error("has a step of 0");
        var from = start < 0 ? start + size : start;
        var to = end < 0 && end > long.MinValue + size ? end + size : end;
        if (step > 0)
        {
            from = Math.Clamp(from, 0, size);
            to = Math.Clamp(to, 0, size);
            var forward = Math.Min(step, int.MaxValue);
            return ((int)from, (int)forward, to <= from ? 0 : (int)((to - from + forward - 1) / forward));
        }

        // Backwards a start before the first element is the first, by the words of the definition (NumPy would take none).
        if (size == 0)
            return (0, -1, 0);
        from = Math.Clamp(from, 0, size - 1);
        to = Math.Clamp(to, -1, size - 1);
        var backward = Math.Min(-Math.Max(step, -int.MaxValue), int.MaxValue);
        return ((int)from, (int)-backward, from <= to ? 0 : (int)((from - to + backward - 1) / backward));
    }
}

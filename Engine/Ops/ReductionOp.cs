using System.Numerics;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// An operator that folds some dimensions away: those in <c>axes</c> (an attribute, later an input; all if there are none), kept
/// as size 1 if <c>keepdims</c> is set, as it is by default.
/// </summary>
internal abstract class ReductionOp(string type, int axesInputSince) : Op(type, 1, 2, "axes", "keepdims", "noop_with_empty_axes")
{
    public virtual double Start => 0;

    public abstract double Fold(double folded, double value);

    public virtual double Finish(double folded, int count) => folded;

    /// <summary>The same on whole numbers, which keep all their digits and wrap around. It begins with the start brought into
    /// range.</summary>
    public virtual long Fold(long folded, long value) => throw new NotSupportedException();

    public virtual long Finish(long folded, int count) => folded;

    /// <summary>For each dimension: whether it goes.</summary>
    public bool[] Reduced(Node node, OpInputs inputs)
    {
        var axes = node.Attributes.Ints("axes") ?? (inputs.Has(1) ? inputs.Integers(1) : []);
        var reduced = new bool[inputs.Rank(0)];
        if (axes.Length == 0)
            Array.Fill(reduced, node.Attributes.Int("noop_with_empty_axes") == 0);

        foreach (var axis in Strided.Axes(node, axes, reduced.Length))
            reduced[axis] = true;

        return reduced;
    }

    protected override void Validate(Node node)
    {
        if (node.Attributes.Has("axes") && node.Opset >= axesInputSince)
            throw node.Error($"attribute 'axes' is an input in operator set {node.Opset}");

        if (node.Inputs.Count > 1 && node.Opset < axesInputSince)
            throw node.Error($"the axes are an attribute in operator set {node.Opset}");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    public override bool ShapedBy(Node node, int input) => input == 1;

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var reduced = Reduced(node, inputs);
        var keep = node.Attributes.Int("keepdims", 1) != 0;
        return [[.. shape.Select((size, axis) => reduced[axis] ? 1 : size).Where((_, axis) => keep || !reduced[axis])]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var reduced = Reduced(node, inputs);
        int[] kept = [.. shape.Select((size, axis) => reduced[axis] ? 1 : size)];
        var at = Strided.BroadcastOffsets(kept, shape);
        var y = outputs[0];
        var count = y.Length == 0 ? 0 : at.Length / y.Length;
        if (y.Type == ElementType.Float32)
            FoldReals(inputs.Floats(0), at, y.Floats, count);
        else if (y.Type == ElementType.Int64)
            FoldWholes<long>(inputs.Value(0).Int64s, at, y.Int64s, count);
        else
            FoldWholes<int>(inputs.Value(0).Int32s, at, y.Int32s, count);
    }

    private void FoldReals(ReadOnlySpan<float> x, int[] at, Span<float> y, int count)
    {
        var folded = new double[y.Length];
        Array.Fill(folded, Start);
        for (var i = 0; i < at.Length; i++)
            folded[at[i]] = Fold(folded[at[i]], x[i]);

        for (var i = 0; i < y.Length; i++)
            y[i] = (float)Finish(folded[i], count);
    }

    private void FoldWholes<T>(ReadOnlySpan<T> x, int[] at, Span<T> y, int count)
        where T : IBinaryInteger<T>
    {
        var folded = new long[y.Length];
        Array.Fill(folded, long.CreateSaturating(T.CreateSaturating(Start)));
        for (var i = 0; i < at.Length; i++)
            folded[at[i]] = Fold(folded[at[i]], long.CreateTruncating(x[i]));

        for (var i = 0; i < y.Length; i++)
            y[i] = T.CreateTruncating(Finish(folded[i], count));
    }
}

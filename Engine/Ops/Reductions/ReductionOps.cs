using System.Numerics;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Reductions;

/// <summary>
/// An operator that folds some dimensions away: those in <c>axes</c> (an attribute, later an input; all if there are none), kept
/// as size 1 if <c>keepdims</c> is set, as it is by default.
/// </summary>
/// <param name="type">The operator's name in ONNX.</param>
/// <param name="start">What folding begins with; of whole numbers: brought into range.</param>
/// <param name="fold">What has been folded so far, and one more element.</param>
/// <param name="whole">The same on whole numbers, which keep all their digits and wrap around; null where it does none.</param>
/// <param name="axesInputSince">The operator set since which the axes are an input.</param>
internal abstract class ReductionOp(
    string type, double start, Func<double, double, double> fold, Func<long, long, long>? whole, int axesInputSince = 18)
    : Op(type, 1, 2, "axes", "keepdims", "noop_with_empty_axes")
{
    /// <summary>For each dimension: whether it goes.</summary>
    public static bool[] Reduced(Node node, OpInputs inputs)
    {
        var axes = node.Attributes.Ints("axes") ?? (inputs.Has(1) ? inputs.Integers(1) : []);
        var reduced = new bool[inputs.Rank(0)];
        if (axes.Length == 0)
            Array.Fill(reduced, node.Attributes.Int("noop_with_empty_axes") == 0);
        foreach (var axis in Strided.Axes(node, axes, reduced.Length))
            reduced[axis] = true;
        return reduced;
    }

    protected virtual double Finish(double folded, int count) => folded;

    /// <summary>The derivative of the result y by one of the count elements x that are folded; null: there is none.</summary>
    protected virtual Func<double, double, int, double>? Slope => null;

    public override ForwardValues? NeededByBackward(Node node) =>
        Slope is null ? null : ForwardValues.Inputs | ForwardValues.Outputs;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = inputs.Shape(0);
        var reduced = Reduced(node, inputs);
        int[] kept = [.. shape.Select((size, axis) => reduced[axis] ? 1 : size)];
        var at = Strided.BroadcastOffsets(kept, shape);
        ReadOnlySpan<float> x = inputs.Floats(0), y = gradients.Output(), dy = gradients.OfOutput();
        var count = y.Length == 0 ? 0 : at.Length / y.Length;
        for (var i = 0; i < at.Length; i++)
            gradients.OfInput(0)[i] += (float)(Slope!(x[i], y[at[i]], count) * dy[at[i]]);
    }

    protected virtual long Finish(Node node, long folded, int count) => folded;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Has("axes") && node.Opset >= axesInputSince)
            throw node.Error($"attribute 'axes' is an input in operator set {node.Opset}");
        if (node.Inputs.Count > 1 && node.Opset < axesInputSince)
            throw node.Error($"the axes are an attribute in operator set {node.Opset}");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (whole != null)
            Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        else
            Require(node, inputs, 0, ElementType.Float32);
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
            FoldWholes<long>(node, inputs.Value(0).Int64s, at, y.Int64s, count);
        else
            FoldWholes<int>(node, inputs.Value(0).Int32s, at, y.Int32s, count);
    }

    private void FoldReals(ReadOnlySpan<float> x, int[] at, Span<float> y, int count)
    {
        var folded = new double[y.Length];
        Array.Fill(folded, start);
        for (var i = 0; i < at.Length; i++)
            folded[at[i]] = fold(folded[at[i]], x[i]);
        for (var i = 0; i < y.Length; i++)
            y[i] = (float)Finish(folded[i], count);
    }

    private void FoldWholes<T>(Node node, ReadOnlySpan<T> x, int[] at, Span<T> y, int count)
        where T : IBinaryInteger<T>
    {
        var folded = new long[y.Length];
        Array.Fill(folded, long.CreateSaturating(T.CreateSaturating(start)));
        for (var i = 0; i < at.Length; i++)
            folded[at[i]] = whole!(folded[at[i]], long.CreateTruncating(x[i]));
        for (var i = 0; i < y.Length; i++)
            y[i] = T.CreateTruncating(Finish(node, folded[i], count));
    }
}

/// <summary>The sum over some dimensions.</summary>
internal sealed class ReduceSumOp()
    : ReductionOp("ReduceSum", 0, (sum, x) => sum + x, (sum, x) => unchecked(sum + x), axesInputSince: 13)
{
    protected override Func<double, double, int, double> Slope => (_, _, _) => 1;
}

/// <summary>The sum of magnitudes over some dimensions.</summary>
internal sealed class ReduceL1Op()
    : ReductionOp("ReduceL1", 0, (sum, x) => sum + Math.Abs(x), (sum, x) => unchecked(sum + (x < 0 ? -x : x)))
{
    protected override Func<double, double, int, double> Slope => (x, _, _) => Math.Sign(x);
}

/// <summary>The sum of squares over some dimensions.</summary>
internal sealed class ReduceSumSquareOp()
    : ReductionOp("ReduceSumSquare", 0, (sum, x) => sum + (x * x), (sum, x) => unchecked(sum + (x * x)))
{
    protected override Func<double, double, int, double> Slope => (x, _, _) => 2 * x;
}

/// <summary>The product over some dimensions.</summary>
internal sealed class ReduceProdOp()
    : ReductionOp("ReduceProd", 1, (product, x) => product * x, (product, x) => unchecked(product * x));

/// <summary>The largest over some dimensions.</summary>
internal sealed class ReduceMaxOp()
    : ReductionOp("ReduceMax", double.NegativeInfinity, (largest, x) => Math.Max(largest, x),
        (largest, x) => Math.Max(largest, x));

/// <summary>The smallest over some dimensions.</summary>
internal sealed class ReduceMinOp()
    : ReductionOp("ReduceMin", double.PositiveInfinity, (least, x) => Math.Min(least, x), (least, x) => Math.Min(least, x));

/// <summary>The mean over some dimensions.</summary>
internal sealed class ReduceMeanOp() : ReductionOp("ReduceMean", 0, (sum, x) => sum + x, (sum, x) => unchecked(sum + x))
{
    protected override Func<double, double, int, double> Slope => (_, _, count) => 1.0 / count;

    protected override double Finish(double folded, int count) => folded / count;

    protected override long Finish(Node node, long folded, int count) =>
        count > 0 ? folded / count : throw node.Error("has no elements to take the mean of, for which no whole number stands");
}

/// <summary>The Euclidean length over some dimensions.</summary>
internal sealed class ReduceL2Op() : ReductionOp("ReduceL2", 0, (sum, x) => sum + (x * x), (sum, x) => unchecked(sum + (x * x)))
{
    protected override Func<double, double, int, double> Slope => (x, y, _) => y == 0 ? 0 : x / y;

    protected override double Finish(double folded, int count) => Math.Sqrt(folded);

    protected override long Finish(Node node, long folded, int count) => (long)Math.Sqrt(folded);
}

/// <summary>The logarithm of the sum over some dimensions.</summary>
internal sealed class ReduceLogSumOp() : ReductionOp("ReduceLogSum", 0, (sum, x) => sum + x, whole: null)
{
    protected override Func<double, double, int, double> Slope => (_, y, _) => Math.Exp(-y);

    protected override double Finish(double folded, int count) => Math.Log(folded);
}

/// <summary>The logarithm of the sum of e^x over some dimensions.</summary>
internal sealed class ReduceLogSumExpOp() : ReductionOp("ReduceLogSumExp", double.NegativeInfinity, Fold, whole: null)
{
    protected override Func<double, double, int, double> Slope => (x, y, _) => Math.Exp(x - y);

    // What is folded is the logarithm so far: no power is taken of a number above 0, so none overflows.
    private static double Fold(double folded, double value)
    {
        double larger = Math.Max(folded, value), smaller = Math.Min(folded, value);
        return double.IsNegativeInfinity(smaller) || double.IsPositiveInfinity(larger)
            ? larger
            : larger + Math.Log(1 + Math.Exp(smaller - larger));
    }
}

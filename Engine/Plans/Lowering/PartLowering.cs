using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Indexing;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Values taken apart and put together along one dimension, row by row; where the parts lie whole, nothing is
/// copied.</summary>
internal static class PartLowering
{
    /// <summary>One slice along a dimension, that a constant names.</summary>
    public static bool TryLowerGather(Node node, PlanBuilder builder)
    {
        if (!AreMaps(node, builder) || builder.ConstantOf(node.Inputs[1]) is not { Length: 1, Type: ElementType.Int64 } index)
            return false;
        var shape = builder.ShapeOf(node.Inputs[0])!;
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        var first = index.Int64s[0] < 0 ? index.Int64s[0] + shape[axis] : index.Int64s[0];
        return first >= 0 && first < shape[axis] && TryTake(node, builder, axis, [((int)first, node.Outputs[0])]);
    }

    /// <summary>A stretch along one dimension.</summary>
    public static bool TryLowerSlice(Node node, PlanBuilder builder)
    {
        if (!AreMaps(node, builder) || node.Inputs.Skip(1).Any(i => i.Length > 0 && builder.ConstantOf(i) is null))
            return false;
        Fact?[] facts = [.. node.Inputs.Select(i => i.Length == 0 ? null
            : new Fact(builder.TypeOf(i), builder.ShapeOf(i), builder.ConstantOf(i)))];
        var shape = builder.ShapeOf(node.Inputs[0])!;
        var ranges = SliceOp.Ranges(node, new OpInputs(node, facts));
        int[] cut = [.. Enumerable.Range(0, shape.Length)
            .Where(axis => ranges[axis].Count != shape[axis] || ranges[axis].Step < 0)];
        return cut is [int only] && (ranges[only].Step == 1 || ranges[only].Count == 1)
            && TryTake(node, builder, only, [(ranges[only].Start, node.Outputs[0])]);
    }

    /// <summary>Parts along a dimension.</summary>
    public static bool TryLowerSplit(Node node, PlanBuilder builder)
    {
        if (!AreMaps(node, builder))
            return false;
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), builder.ShapeOf(node.Inputs[0])!.Length);
        var parts = new List<(int First, string Output)>();
        var first = 0;
        foreach (var output in node.Outputs)
        {
            if (output.Length == 0)
                return false;
            parts.Add((first, output));
            first += builder.ShapeOf(output)![axis];
        }

        return TryTake(node, builder, axis, parts);
    }

    /// <summary>Values one after the other along a dimension.</summary>
    public static bool TryLowerConcat(Node node, PlanBuilder builder)
    {
        if (!node.Inputs.All(builder.IsMap) || !AreMaps(node, builder) || !IsRowMajor(node.Inputs[0], builder))
            return false;
        var shape = builder.ShapeOf(node.Outputs[0])!;
        var axis = Strided.Axis(node, node.Attributes.Int("axis", 1), shape.Length);
        var outer = Strided.Product(shape, 0, axis);
        Place[] inputs = [.. node.Inputs.Select(i => builder.Get(i, Layout.RowMajor))];
        var output = builder.Output(node.Outputs[0], Layout.RowMajor);
        long stride = output.Length / outer, start = 0;
        foreach (var input in inputs)
        {
            var block = input.Length / outer;
            builder.Add(new BlockCopyStep(node.Name, builder.Threads, input, output, outer, block, 0, block, start, stride));
            start += block;
        }

        return true;
    }

    private static bool TryTake(Node node, PlanBuilder builder, int axis, IReadOnlyList<(int First, string Output)> parts)
    {
        var input = node.Inputs[0];
        var shape = builder.ShapeOf(input)!;
        if (!IsRowMajor(input, builder))
            return false;
        var source = builder.Get(input, Layout.RowMajor);
        int outer = Strided.Product(shape, 0, axis), inner = Strided.Product(shape, axis + 1, shape.Length);
        var stride = (long)shape[axis] * inner;
        foreach ((var first, var output) in parts)
        {
            var part = builder.ShapeOf(output)!;
            if (outer == 1)
            {
                builder.Define(output, Place.RowMajor(source.Buffer!, part, source.Start + ((long)first * inner)));
                continue;
            }

            var target = builder.Output(output, Layout.RowMajor);
            var block = target.Length / outer;
            builder.Add(new BlockCopyStep(
                node.Name, builder.Threads, source, target, outer, block, (long)first * inner, stride, 0, block));
        }

        return true;
    }

    // Images lie channels last elsewhere, and would have to be brought here and back.
    private static bool IsRowMajor(string value, PlanBuilder builder) =>
        builder.ShapeOf(value)!.Length != 4 || builder.IsIn(value, Layout.RowMajor);

    private static bool AreMaps(Node node, PlanBuilder builder) =>
        builder.IsMap(node.Inputs[0]) && node.Outputs.All(o => o.Length == 0 || builder.IsMap(o));
}

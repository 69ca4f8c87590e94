using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Operators that map elements one by one, alone or in pairs.</summary>
internal static class ElementwiseLowering
{
    private const int ShortRow = 256;
    private const int LongestRow = 1 << 16;

    public static bool TryLowerClamp(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]))
            return false;
        (float Low, float High) bounds = (0, float.PositiveInfinity);
        if (node.OpType == "Clip")
        {
            var constants = node.Inputs.Skip(1).Where(i => i.Length > 0 && builder.ConstantOf(i) is not null).Distinct()
                .ToDictionary(i => i, i => builder.ConstantOf(i)!);
            if (ClipOp.ConstantBounds(node, constants) is not { } clip)
                return false;
            bounds = clip;
        }

        var layout = LayoutFor(builder, node.Inputs[0]);
        Place input = builder.Get(node.Inputs[0], layout), output = builder.Output(node.Outputs[0], layout);
        builder.Add(new ElementwiseStep(
            node.Name,
            builder.Threads,
            builder.Kernels,
            ElementwiseKind.Copy,
            input,
            null,
            null,
            output,
            bounds.Low,
            bounds.High));
        return true;
    }

    public static bool TryLowerFunction(Node node, PlanBuilder builder)
    {
        if (!builder.IsMap(node.Inputs[0]) || OpRegistry.Of(node) is not UnaryOp op || !builder.IsMap(node.Outputs[0]))
            return false;
        var layout = LayoutFor(builder, node.Inputs[0]);
        Place input = builder.Get(node.Inputs[0], layout), output = builder.Output(node.Outputs[0], layout);
        builder.Add(new FunctionStep(node.Name, builder.Threads, builder.Kernels, MapFunction.Of(node), op.Function(node),
            input, output));
        return true;
    }

    /// <summary>PRelu with one slope per channel, or one for all.</summary>
    public static bool TryLowerSlope(Node node, PlanBuilder builder)
    {
        if (!CanBeChannelsLast(builder, node.Inputs[0]) || VectorOf(builder, node.Inputs[1], node.Inputs[0]) is not { } slopes)
            return false;
        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        builder.Add(new ElementwiseStep(
            node.Name, builder.Threads, builder.Kernels, ElementwiseKind.Slope, input, new Operand(null, slopes), null, output));
        return true;
    }

    public static bool TryLowerBinary(Node node, PlanBuilder builder)
    {
        if (!node.Inputs.Take(2).All(i => builder.IsMap(i) || builder.ConstantOf(i) is { Type: ElementType.Float32, Length: 1 })
            || !builder.IsMap(node.Outputs[0]))
        {
            return false;
        }

        var kind = node.OpType switch
        {
            "Add" => ElementwiseKind.Add,
            "Sub" => ElementwiseKind.Subtract,
            "Mul" => ElementwiseKind.Multiply,
            _ => ElementwiseKind.Divide,
        };
        var result = builder.ShapeOf(node.Outputs[0])!;
        (var x, var y) = (node.Inputs[0], node.Inputs[1]);
        if (!Broadcast.SecondShape(node, builder.ShapeOf(x)!, builder.ShapeOf(y)!).AsSpan().SequenceEqual(builder.ShapeOf(y)))
        {
            // By the rule of before operator set 7.
            return false;
        }

        if (!builder.ShapeOf(x)!.AsSpan().SequenceEqual(result))
        {
            if (kind is ElementwiseKind.Subtract or ElementwiseKind.Divide)
                return false;
            (x, y) = (y, x);
        }

        if (!builder.ShapeOf(x)!.AsSpan().SequenceEqual(result))
            return false;
        var layout = LayoutFor(builder, x);
        if (layout == Layout.RowMajor && TryLowerRows(node, builder, kind, x, y))
            return true;
        if (OperandOf(builder, y, x, ref layout) is not { } operand)
            return false;
        Place input = builder.Get(x, layout), output = builder.Output(node.Outputs[0], layout);
        builder.Add(new ElementwiseStep(node.Name, builder.Threads, builder.Kernels, kind, input, operand, null, output));
        return true;
    }

    /// <summary>A sum of maps of one size.</summary>
    public static bool TryLowerSum(Node node, PlanBuilder builder)
    {
        var first = node.Inputs[0];
        if (node.Inputs.Count < 2 || !node.Inputs.All(builder.IsMap)
            || !node.Inputs.All(i => builder.ShapeOf(i)!.AsSpan().SequenceEqual(builder.ShapeOf(first))))
        {
            return false;
        }

        var layout = LayoutFor(builder, first);
        Place[] inputs = [.. node.Inputs.Select(i => builder.Get(i, layout))];
        var output = builder.Output(node.Outputs[0], layout);
        for (var i = 1; i < inputs.Length; i++)
        {
            var left = i == 1 ? inputs[0] : output;
            var right = new Operand(inputs[i], null);
            builder.Add(new ElementwiseStep(
                node.Name, builder.Threads, builder.Kernels, ElementwiseKind.Add, left, right, null, output));
        }

        return true;
    }

    /// <summary>A constant that repeats along the last dimensions: x is a matrix with rows of its length.</summary>
    private static bool TryLowerRows(Node node, PlanBuilder builder, ElementwiseKind kind, string x, string y)
    {
        var shape = builder.ShapeOf(x)!;
        if (builder.ConstantOf(y) is not { Type: ElementType.Float32 } values || RowLength(shape, values.Shape) is not { } length)
            return false;
        var row = NormalizationLowering.Vector(builder, $"row\n{builder.KeyOf(y)}\n{length}", () =>
        {
            var repeated = new float[length];
            for (var i = 0; i < length; i++)
                repeated[i] = values.Floats[i % values.Length];
            return repeated;
        });
        int[] matrix = [(int)(Tensor.LengthOf(shape) / length), length];
        var input = builder.Get(x, Layout.RowMajor).Reshaped(matrix).SeenAs(Layout.ChannelsLast)!;
        var output = builder.Output(node.Outputs[0], Layout.RowMajor).Reshaped(matrix).SeenAs(Layout.ChannelsLast)!;
        builder.Add(new ElementwiseStep(node.Name, builder.Threads, builder.Kernels, kind, input, new Operand(null, row), null,
            output));
        return true;
    }

    // The last dimensions that the constant fills, and more of them while rows are short; null if it does not lie that way.
    private static int? RowLength(int[] shape, int[] constant)
    {
        int[] filled = [.. constant.SkipWhile(size => size == 1)];
        if (filled.Length > shape.Length || !shape.AsSpan(shape.Length - filled.Length).SequenceEqual(filled))
            return null;
        var length = (int)Tensor.LengthOf(filled);
        for (var axis = shape.Length - filled.Length - 1; axis > 0 && length < ShortRow
            && length * (long)shape[axis] <= LongestRow; axis--)
        {
            length *= shape[axis];
        }

        return length;
    }

    /// <summary>The layout in which a value is, or will mostly be wanted.</summary>
    private static Layout LayoutFor(PlanBuilder builder, string value)
    {
        if (builder.IsIn(value, Layout.ChannelsLast))
            return Layout.ChannelsLast;
        var rowMajor = builder.IsIn(value, Layout.RowMajor) || builder.ShapeOf(value)!.Length != 4;
        return rowMajor ? Layout.RowMajor : Layout.ChannelsLast;
    }

    private static bool CanBeChannelsLast(PlanBuilder builder, string value) =>
        builder.IsMap(value) && Place.CanBeChannelsLast(builder.ShapeOf(value)!);

    /// <summary>How the second input is read; changes the layout to channels last where that is what it takes.</summary>
    private static Operand? OperandOf(PlanBuilder builder, string y, string x, ref Layout layout)
    {
        int[] xShape = builder.ShapeOf(x)!, yShape = builder.ShapeOf(y)!;
        if (yShape.AsSpan().SequenceEqual(xShape))
            return new Operand(builder.Get(y, layout), null);
        if (!CanBeChannelsLast(builder, x))
            return null;
        if (VectorOf(builder, y, x) is { } vector)
        {
            layout = Layout.ChannelsLast;
            return new Operand(null, vector);
        }

        if (xShape.Length == 4 && yShape.AsSpan().SequenceEqual([xShape[0], xShape[1], 1, 1]))
        {
            layout = Layout.ChannelsLast;
            return new Operand(builder.Get(y, layout), null) { IsPerImage = true };
        }

        return null;
    }

    /// <summary>A constant that has one value for each channel of x, or one for all; null if it has not.</summary>
    private static AlignedBuffer? VectorOf(PlanBuilder builder, string y, string x)
    {
        if (builder.ConstantOf(y) is not { Type: ElementType.Float32 } values)
            return null;

        // Aligned from the right: the channels are dimension 1 of x.
        var xShape = builder.ShapeOf(x)!;
        int rank = xShape.Length, channels = xShape[1], axis = values.Rank - (rank - 1);
        var perChannel = values.Length == channels && axis >= 0 && axis < values.Rank && values.Shape[axis] == channels;
        if (values.Rank > rank || !(perChannel || values.Length == 1))
            return null;
        return NormalizationLowering.Vector(builder, $"vector\n{builder.KeyOf(y)}\n{channels}", () =>
        {
            var vector = new float[channels];
            for (var c = 0; c < channels; c++)
                vector[c] = values.Floats[values.Length == 1 ? 0 : c];
            return vector;
        });
    }
}

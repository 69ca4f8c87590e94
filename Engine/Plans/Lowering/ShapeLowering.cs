using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Shapes;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Operators that only say how elements lie: mostly nothing is to be done.</summary>
internal static class ShapeLowering
{
    /// <summary>Concatenation of channels: inputs that were made in place are there already, the others are copied.</summary>
    public static bool TryLowerConcat(Node node, PlanBuilder builder)
    {
        var output = node.Outputs[0];
        if (builder.ShapeOf(output) is not { } shape || !node.Inputs.All(builder.IsMap)
            || builder.PlaceInConcat(output, shape) is not { } whole)
        {
            return false;
        }

        var start = whole.Start;
        foreach (var input in node.Inputs)
        {
            var part = builder.ShapeOf(input)!;
            var target = Place.ChannelsLast(whole.Buffer!, part, start, whole.PixelStride);
            var source = builder.Any(input);
            if (!source.IsSameAs(target))
                builder.Copy(node.Name, source, target);
            start += part[1];
        }

        builder.Define(output, whole);
        return true;
    }

    /// <summary>Identity, and dropout outside training.</summary>
    public static bool TryLowerSame(Node node, PlanBuilder builder)
    {
        if (node.Outputs.Skip(1).Any(o => o.Length > 0))
            return false;
        builder.Define(node.Outputs[0], builder.Any(node.Inputs[0]));
        return true;
    }

    /// <summary>Dimensions in another order.</summary>
    public static bool TryLowerTranspose(Node node, PlanBuilder builder)
    {
        string input = node.Inputs[0], output = node.Outputs[0];
        if (!builder.IsMap(input) || !builder.IsMap(output))
            return false;
        var order = TransposeOp.Order(node, builder.ShapeOf(input)!.Length);
        Place source = builder.Get(input, Layout.RowMajor), target = builder.Output(output, Layout.RowMajor);
        builder.Add(new TransposeStep(node.Name, builder.Threads, source, target, order));
        return true;
    }

    /// <summary>Channels taken apart: each part is a slice of the pixels where they are, and nothing is copied.</summary>
    public static bool TryLowerSplit(Node node, PlanBuilder builder)
    {
        var input = node.Inputs[0];
        if (!builder.IsMap(input) || builder.ShapeOf(input)!.Length != 4 || !builder.IsIn(input, Layout.ChannelsLast)
            || node.Attributes.Int("axis") is not (1 or -3) || !node.Outputs.All(o => o.Length == 0 || builder.IsMap(o))
            || node.Outputs.Any(o => o.Length == 0))
        {
            return false;
        }

        var whole = builder.Get(input, Layout.ChannelsLast);
        var channel = 0;
        foreach (var output in node.Outputs)
        {
            var part = builder.ShapeOf(output)!;
            builder.Define(output, Place.ChannelsLast(whole.Buffer!, part, whole.Start + channel, whole.PixelStride));
            channel += part[1];
        }

        return true;
    }

    /// <summary>The same elements in the same order under other dimensions.</summary>
    public static bool TryLowerReshape(Node node, PlanBuilder builder)
    {
        string input = node.Inputs[0], output = node.Outputs[0];
        if (!builder.IsMap(input) || !builder.IsMap(output) || builder.Any(input).Layout == Layout.Object)
            return false;
        builder.Define(output, builder.Get(input, Layout.RowMajor).Reshaped(builder.ShapeOf(output)!));
        return true;
    }
}

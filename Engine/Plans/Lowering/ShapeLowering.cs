using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Operators that only say how elements lie: mostly nothing is to be done.</summary>
internal static class ShapeLowering
{
    /// <summary>Concatenation of channels: inputs that were made in place are there already, the others are copied.</summary>
    public static bool TryLowerConcat(Node node, PlanBuilder builder)
    {
        string output = node.Outputs[0];
        if (builder.ShapeOf(output) is not { } shape || !node.Inputs.All(builder.IsMap)
            || builder.PlaceInConcat(output, shape) is not { } whole)
        {
            return false;
        }

        long start = whole.Start;
        foreach (string input in node.Inputs)
        {
            int[] part = builder.ShapeOf(input)!;
            Place target = Place.ChannelsLast(whole.Buffer!, part, start, whole.PixelStride);
            Place source = builder.Any(input);
            if (!source.IsSameAs(target))
            {
                builder.Copy(node.Name, source, target);
            }

            start += part[1];
        }

        builder.Define(output, whole);
        return true;
    }

    /// <summary>Identity, and dropout outside training.</summary>
    public static bool TryLowerSame(Node node, PlanBuilder builder)
    {
        if (node.Outputs.Skip(1).Any(o => o.Length > 0))
        {
            return false;
        }

        builder.Define(node.Outputs[0], builder.Any(node.Inputs[0]));
        return true;
    }

    /// <summary>The same elements in the same order under other dimensions.</summary>
    public static bool TryLowerReshape(Node node, PlanBuilder builder)
    {
        string input = node.Inputs[0], output = node.Outputs[0];
        if (!builder.IsMap(input) || !builder.IsMap(output) || builder.Any(input).Layout == Layout.Object)
        {
            return false;
        }

        builder.Define(output, builder.Get(input, Layout.RowMajor).Reshaped(builder.ShapeOf(output)!));
        return true;
    }
}

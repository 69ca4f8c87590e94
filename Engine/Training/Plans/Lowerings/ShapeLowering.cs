using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Shapes;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Training.Plans.Lowerings;

/// <summary>What changes no element: other dimensions, copies, and maps joined along their channels.</summary>
internal static class ShapeLowering
{
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (OpRegistry.Of(node) is ReshapingOp)
            return Reshape(node, builder);
        if (node.OpType == "Identity")
        {
            builder.Define(node.FirstOutput, builder.Get(node.Inputs[0]));
            return () => builder.AddGradient(node.Inputs[0], builder.GradientOf(node.FirstOutput));
        }

        return node.OpType == "Concat" ? Join(node, builder) : null;
    }

    private static Action Reshape(Node node, TrainingBuilder builder)
    {
        var x = builder.Get(node.Inputs[0], Layout.RowMajor);
        var shape = builder.ShapeOf(node.FirstOutput);
        builder.Define(node.FirstOutput, x.Reshaped(shape));
        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput, Layout.RowMajor)!;
            builder.AddGradient(node.Inputs[0], dy.Reshaped(builder.ShapeOf(node.Inputs[0])));
        };
    }

    private static Action? Join(Node node, TrainingBuilder builder)
    {
        var shape = builder.ShapeOf(node.FirstOutput);
        var axis = node.Attributes.Int("axis", 1);
        if (shape.Length != 4 || (axis != 1 && axis != -3) || !node.Inputs.All(builder.IsMap))
            return null;
        var y = builder.Output(node.FirstOutput);
        var first = 0;
        foreach (var input in node.Inputs)
        {
            var x = builder.Get(input);
            var part = Place.ChannelsLast(y.Buffer!, x.Dimensions, first, shape[1]);
            builder.Add(new ElementwiseStep(
                node.Name, builder.Threads, builder.Kernels, ElementwiseKind.Copy, x, null, null, part));
            first += x.Channels;
        }

        return () =>
        {
            var dy = builder.GradientOf(node.FirstOutput);
            var channel = 0;
            foreach (var input in node.Inputs)
            {
                var dimensions = builder.ShapeOf(input);
                if (builder.Wants(input))
                    builder.AddGradient(input, Place.ChannelsLast(dy.Buffer!, dimensions, dy.Start + channel, shape[1]));
                channel += dimensions[1];
            }
        };
    }
}

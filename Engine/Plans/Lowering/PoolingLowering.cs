using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Pooling;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>Pooling by windows and of whole maps.</summary>
internal static class PoolingLowering
{
    public static bool TryLower(Node node, PlanBuilder builder)
    {
        if (!IsMap4(node, builder) || node.Outputs.Skip(1).Any(o => o.Length > 0))
            return false;
        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        var geometry = NodeGeometry.Pooling(node, input, output);
        builder.Add(new PoolingStep(node.Name, builder.Threads, new Pooling(builder.Kernels, geometry), input, output));
        return true;
    }

    public static bool TryLowerGlobal(Node node, PlanBuilder builder)
    {
        if (!IsMap4(node, builder))
            return false;
        LowerMap(node, builder, node.OpType == "GlobalMaxPool");
        return true;
    }

    /// <summary>A mean over height and width.</summary>
    public static bool TryLowerMean(Node node, PlanBuilder builder)
    {
        var axes = node.Attributes.Ints("axes");
        if (node.HasInput(1) && builder.ConstantOf(node.Inputs[1]) is { Type: ElementType.Int64 } given)
            axes = given.Int64s.ToArray();
        if (axes is null || !IsMap4(node, builder) || !axes.Select(a => a < 0 ? a + 4 : a).Order().SequenceEqual([2, 3]))
            return false;
        LowerMap(node, builder, maximum: false);
        return true;
    }

    private static void LowerMap(Node node, PlanBuilder builder, bool maximum)
    {
        var input = builder.Get(node.Inputs[0], Layout.ChannelsLast);
        var output = builder.Output(node.Outputs[0], Layout.ChannelsLast);
        builder.Add(new GlobalPoolingStep(node.Name, builder.Threads, builder.Kernels, input, output, maximum));
    }

    private static bool IsMap4(Node node, PlanBuilder builder) =>
        builder.IsMap(node.Inputs[0]) && builder.ShapeOf(node.Inputs[0])!.Length == 4 && builder.IsMap(node.Outputs[0]);
}

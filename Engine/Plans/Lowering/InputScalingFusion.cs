using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Ops.Normalization;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// A batch normalisation (with ReLU) before a 1x1 convolution, as in DenseNet: done as the convolution reads its input.
/// </summary>
internal static class InputScalingFusion
{
    /// <summary>The normalisations to leave to the convolution after them, by output name.</summary>
    public static Dictionary<string, Node> Find(Graph graph, GraphShapes shapes)
    {
        Tensor? ConstantOf(string value) => graph.Constants.TryGetValue(value, out var tensor) ? tensor : null;
        var readers = graph.Nodes
            .SelectMany(n => n.Inputs.Distinct().Select(i => (i, n)))
            .ToLookup(p => p.i, p => p.n);
        var found = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.OpType != "BatchNormalization" || graph.Outputs.Contains(node.Outputs[0])
                || readers[node.Outputs[0]].Count() != 1)
            {
                continue;
            }

            var reader = readers[node.Outputs[0]].Single();
            var scales = node.Inputs.Skip(1).All(i => ConstantOf(i) is not null)
                && FusedActivation.Of(node) is { Function: null } activation && float.IsPositiveInfinity(activation.Clamp.High);
            if (scales && ConvolutionLowering.CanLower(reader, shapes.Find, ConstantOf) && IsPointwise(reader, shapes)
                && reader.Inputs.Skip(1).All(i => i != node.Outputs[0]))
            {
                found.Add(node.Outputs[0], node);
            }
        }

        return found;
    }

    /// <summary>Factors and terms of a normalisation.</summary>
    public static InputScaling Weights(Node node, PlanBuilder builder)
    {
        var low = FusedActivation.Of(node).Clamp.Low;
        return builder.Weights.Get($"scaling\n{low}\n{BatchNormalizationOp.Epsilon(node)}\n{builder.KeyOf(node, 1)}", () =>
        {
            (var scale, var shift) = NormalizationLowering.ScaleAndShift(node, builder.ConstantOf);
            return new InputScaling(scale, shift, low);
        });
    }

    private static bool IsPointwise(Node node, GraphShapes shapes)
    {
        var weights = shapes.Of(node.Inputs[1]);
        var window = ConvOp.Geometry(node, shapes.Of(node.Inputs[0]), weights);
        return weights[2] == 1 && weights[3] == 1 && node.Attributes.Int("group", 1) == 1
            && window.PadsBegin.All(p => p == 0) && window.PadsEnd.All(p => p == 0);
    }
}

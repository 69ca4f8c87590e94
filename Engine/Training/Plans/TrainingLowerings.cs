using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Training.Plans.Lowerings;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>Operators that training has kernels for. All others run as they are defined, on tensors.</summary>
internal static class TrainingLowerings
{
    private static readonly Func<Node, TrainingBuilder, Action?>[] s_all =
    [
        ConvolutionLowering.TryLower,
        LinearLowering.TryLower,
        BatchNormalizationLowering.TryLower,
        ActivationLowering.TryLower,
        SumLowering.TryLower,
        PoolingLowering.TryLower,
        ShapeLowering.TryLower,
        LocalResponseLowering.TryLower,
    ];

    /// <summary>Adds a node's forward pass; returns what adds its backward pass, or null: there are no kernels.</summary>
    public static Action? TryLower(Node node, TrainingBuilder builder)
    {
        if (node.Inputs.Count == 0 || !builder.IsMap(node.Inputs[0]) || !builder.IsMap(node.FirstOutput))
            return null;
        foreach (var lowering in s_all)
        {
            if (lowering(node, builder) is { } backward)
            {
                return () =>
                {
                    if (node.Inputs.Any(builder.Wants))
                        backward();
                };
            }
        }

        return null;
    }
}

using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// Joins depthwise convolutions with their pointwise neighbours where the maps between them would leave the second-level cache,
/// and the weights stay there.
/// </summary>
internal static class SeparableFusion
{
    /// <summary>Joins what can be joined.</summary>
    /// <param name="steps">All steps of a plan, or of a part of a batch, in order.</param>
    /// <param name="secondCache">Bytes of a core's second-level cache.</param>
    /// <param name="threads">Threads that the work of a step is cut for.</param>
    public static IReadOnlyList<PlanStep> Of(IReadOnlyList<PlanStep> steps, int secondCache, int threads)
    {
        var users = steps.SelectMany(s => s.Buffers.Distinct()).CountBy(b => b).ToDictionary(c => c.Key, c => c.Value);
        List<PlanStep> joined = [];
        foreach (var step in steps)
        {
            joined.Add(step);
            if (joined is not [.., ConvolutionStep { Kernel: DepthwiseConvolution } depthwise, ConvolutionStep project]
                || !IsPointwise(project) || !Passes(depthwise, project))
            {
                continue;
            }

            var expand = joined is [.., ConvolutionStep before, _, _] && IsPointwise(before) && Passes(before, depthwise)
                ? before : null;
            if (RowsOf(expand, depthwise, project, secondCache) is not { } rows)
                continue;
            var count = expand is null ? 2 : 3;
            joined.RemoveRange(joined.Count - count, count);
            joined.Add(new SeparableStep(expand, depthwise, project, rows, threads));
        }

        return joined;

        // Whether one reads all that the other writes, and nothing else does.
        bool Passes(ConvolutionStep from, ConvolutionStep to) => to.Input.IsSameAs(from.Output) && from.Output.IsDense
            && from.Output.Start == 0 && from.Output.Buffer is { Whole: null } buffer && users[buffer] == 2
            && from.Residual is null;
    }

    private static bool IsPointwise(ConvolutionStep step) =>
        step is { Kernel: ImplicitGemm, Geometry: { IsPointwise: true, Groups: 1 } };

    /// <summary>Rows at a time that take half of the cache; null where all rows do, or where the weights would be read anew for
    /// each few rows.</summary>
    private static int? RowsOf(ConvolutionStep? expand, ConvolutionStep depthwise, ConvolutionStep project, int secondCache)
    {
        var g = depthwise.Geometry;
        long Bytes(int rows) => sizeof(float) * (((long)rows * g.OutputWidth * g.OutputChannels)
            + (expand is null ? 0 : (long)SeparableStep.InputRows(g, rows) * g.InputWidth * g.InputChannels));
        var weights = sizeof(float) * (long)g.InputChannels * ((expand?.Geometry.InputChannels ?? 0)
            + project.Geometry.OutputChannels);
        if (Bytes(g.OutputHeight) <= secondCache / 2 || weights > secondCache / 4)
            return null;
        var rows = 1;
        while (rows < g.OutputHeight && Bytes(rows + 1) <= secondCache / 2)
            rows++;
        return rows;
    }
}

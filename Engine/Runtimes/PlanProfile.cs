using System.Diagnostics;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Runtimes;

/// <summary>The times of a plan's steps.</summary>
internal static class PlanProfile
{
    public static IReadOnlyList<StepTiming> Take(Plan plan, Tensor[] inputs, int runs)
    {
        plan.Run(inputs);
        long[][] ticks = new long[runs][];
        for (int run = 0; run < runs; run++)
        {
            ticks[run] = new long[plan.Steps.Count];
            plan.Run(inputs, ticks[run]);
        }

        return [.. plan.Steps.Select((step, i) => Describe(step, i, [.. ticks.Select(t => t[i])]))];
    }

    private static StepTiming Describe(PlanStep step, int index, long[] ticks)
    {
        Array.Sort(ticks);
        double milliseconds = ticks[ticks.Length / 2] * 1000.0 / Stopwatch.Frequency;
        if (step is LayoutStep copy)
        {
            return new StepTiming(index + 1, step.Name, "copy", step.Algorithm, copy.Target.Dimensions, milliseconds, 0,
                2 * sizeof(float) * copy.Target.Length);
        }

        return new StepTiming(index + 1, step.Name, step.Origin?.Operation ?? "copy", step.Algorithm, step.Origin?.OutputShape ?? [],
            milliseconds, step.MultiplyAdds, step.Origin?.Bytes ?? 0);
    }
}

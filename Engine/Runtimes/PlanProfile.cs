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
        var times = new StepTimes[runs];
        for (var run = 0; run < runs; run++)
            plan.Run(inputs, times[run] = new StepTimes());
        IEnumerable<(PlanStep Step, int Times)> steps = plan.Steps.SelectMany(
            s => s is SubBatchStep parts ? parts.Steps.Select(each => (each, parts.Parts)) : [(s, 1)]);
        return [.. steps.Select((s, i) => Describe(s.Step, i, s.Times, [.. times.Select(t => t.Of(s.Step))]))];
    }

    /// <param name="step">The step.</param>
    /// <param name="index">Its number.</param>
    /// <param name="times">How often it is done in a run: once for each few images of a batch, say.</param>
    /// <param name="ticks">Its time in each run.</param>
    private static StepTiming Describe(PlanStep step, int index, int times, long[] ticks)
    {
        Array.Sort(ticks);
        var milliseconds = ticks[ticks.Length / 2] * 1000.0 / Stopwatch.Frequency;
        if (step is LayoutStep copy)
        {
            return new StepTiming(index + 1, step.Name, "copy", step.Algorithm, copy.Target.Dimensions, milliseconds, 0,
                2 * sizeof(float) * copy.Target.Length * times);
        }

        return new StepTiming(index + 1, step.Name, step.Origin?.Operation ?? "copy", step.Algorithm,
            step.Origin?.OutputShape ?? [],
            milliseconds, step.MultiplyAdds * times, (step.Origin?.Bytes ?? 0) * times);
    }
}

using System.Collections.Concurrent;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans;

/// <summary>How long the steps of a plan took in a run, by a clock that counts <see cref="System.Diagnostics.Stopwatch"/>
/// ticks.</summary>
internal sealed class StepTimes
{
    private readonly ConcurrentDictionary<PlanStep, long> _ticks = new();

    public long Of(PlanStep step) => _ticks.GetValueOrDefault(step);

    public void Add(PlanStep step, long ticks) => _ticks.AddOrUpdate(step, ticks, (_, before) => before + ticks);
}

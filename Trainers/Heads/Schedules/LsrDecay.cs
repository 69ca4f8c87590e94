using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>
/// The linear scaling rule, rate * batch / 128, with falls at given epochs (Goyal et al., Accurate, large minibatch SGD, 2017).
/// </summary>
public sealed record LsrDecay : LearningRateScheduler
{
    private static readonly LearningRateSchedulerItem[] s_steps = [new(0.1f, 91), new(0.01f, 136), new(0.001f, 182)];

    /// <summary>Makes the schedule.</summary>
    /// <param name="baseLearningRate">The rate at a batch of 128; null (default) for the trainer's own.</param>
    /// <param name="schedulerSteps">The falls; by default to 1/10, 1/100, 1/1000 at epochs 91, 136 and 182.</param>
    public LsrDecay(float? baseLearningRate = null, IReadOnlyList<LearningRateSchedulerItem>? schedulerSteps = null)
    {
        BaseLearningRate = baseLearningRate is { } given ? (float)OptionCheck.Positive(given, nameof(baseLearningRate)) : null;
        SchedulerSteps = [.. (schedulerSteps ?? s_steps).OrderBy(step => step.Epoch)];
    }

    /// <summary>The rate at a batch of 128; null for the trainer's own.</summary>
    public float? BaseLearningRate { get; }

    /// <summary>The falls, by epoch.</summary>
    public IReadOnlyList<LearningRateSchedulerItem> SchedulerSteps { get; }

    /// <inheritdoc/>
    public override double RateAt(double epoch, double learningRate, int batchSize)
    {
        var rate = (BaseLearningRate ?? learningRate) * batchSize / 128;
        var step = SchedulerSteps.LastOrDefault(item => epoch >= item.Epoch);
        return rate * (step?.Multiplier ?? 1);
    }
}

using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Search;

/// <summary>The value of a point of a search: layers of a network are trained with its options, and judged after each epoch on
/// pictures that were held out. The value is that after the last epoch, for the best model is trained for as many.</summary>
/// <param name="options">Metric, seed and threads.</param>
/// <param name="training">What the points change.</param>
/// <param name="taskOf">What is trained at a point, and which pictures are held out.</param>
/// <param name="networkPart">The part of a point that is about the training.</param>
/// <param name="progress">Told how each trial comes along.</param>
internal sealed class NetworkObjective(HeadExperimentOptions options, FineTuningOptions training,
    Func<Parameter, FineTuningTask> taskOf, Func<Parameter, Parameter> networkPart, IJobProgress progress) : ISearchObjective
{
    private readonly int _threads =
        Math.Max(1, (options.Threads == 0 ? Environment.ProcessorCount : options.Threads) / options.Parallel);

    private int _held;

    /// <inheritdoc/>
    public string Subject()
    {
        var usual = TrainingCheckpoint.Facts(new FineTuningOptions()).ToDictionary(f => f.Name, f => f.Value);
        var own = TrainingCheckpoint.Facts(training).Where(f => f.Name is nameof(FineTuningOptions.Layers)
            or nameof(FineTuningOptions.Epochs) || usual[f.Name] != f.Value);
        return $"{options.Metric} by {options.TestFraction:R} held out on {options.Subject}, training with "
            + string.Join(", ", own.Select(f => $"{f.Name} {f.Value}"));
    }

    /// <inheritdoc/>
    public LinearHeadOptions OptionsOf(Parameter parameters) => options.Head with { Seed = options.Seed };

    /// <summary>The options that training has at a point.</summary>
    public FineTuningOptions TrainingAt(Parameter parameters) => NetworkSpace.OptionsOf(networkPart(parameters), training);

    /// <inheritdoc/>
    public double Value(Trial trial, CancellationToken cancellation)
    {
        var last = double.NaN;
        void Judge(EpochResult epoch)
        {
            // Epoch 0 is the network as it was: the same in every trial.
            if (epoch.Epoch == 0)
                return;
            last = (options.Metric == HeadMetric.LogLoss ? epoch.ValidationLoss : epoch.ValidationAccuracy)!.Value;
            trial.Report(epoch.Epoch, last);
            if (epoch.Epoch < training.Epochs)
                trial.ThrowIfPruned();
        }

        var task = taskOf(trial.Parameters);
        _held = task.Held!.Count;
        var tuning = TrainingAt(trial.Parameters) with { Checkpoints = null, StepEnded = null, EpochEnded = Judge };
        new FineTuner(tuning, options.Seed, _threads, new NamedStages(progress, $"trial {trial.Number}"), cancellation).Run(task);
        return last;
    }

    /// <summary>The best, if it is better than the first by more than chance would have it.</summary>
    /// <inheritdoc/>
    public TrialRecord Choose(IReadOnlyList<TrialRecord> trials, TrialRecord best, bool hasStart,
        CancellationToken cancellation) =>
        options.Metric != HeadMetric.LogLoss && hasStart
        && HeadObjective.IsWithinChance(trials[0], best, Held(best), options.StandardErrors) ? trials[0] : best;

    // A search that only goes on with a study that is whole has not made a task yet.
    private int Held(TrialRecord trial) => _held > 0 ? _held : taskOf(trial.Parameters).Held!.Count;
}

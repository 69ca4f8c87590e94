namespace MlPipeline.Trainers.Search;

/// <summary>
/// Searches for the best parameters of a whole pipeline on held-out rows, in the words of ML.NET's AutoML. Estimators before the
/// first that is searched are fitted once for each split and their rows kept in memory. The same seed makes the same trials,
/// however many run at a time; with a study file an interrupted experiment goes on where it was.
/// </summary>
public sealed class AutoMLExperiment
{
    private readonly MLContext _context;
    private SweepablePipeline? _pipeline;
    private Func<IReadOnlyList<Split>>? _splits;
    private IDataView? _all;
    private MulticlassClassificationMetric _metric;
    private string _label = "Label", _predicted = "PredictedLabel";
    private ISampler _sampler = new TpeSampler();
    private IPruner _pruner = new NoPruner();
    private StudyBudget _budget = new();
    private string? _study;
    private string _subject = "";
    private int _seed = 1;
    private int _parallel = 1;
    private IMonitor? _monitor;

    internal AutoMLExperiment(MLContext context) => _context = context;

    /// <summary>All trials of the last run, those of a study that it went on with included.</summary>
    public IReadOnlyList<TrialRecord> Trials { get; private set; } = [];

    /// <summary>What is searched.</summary>
    public AutoMLExperiment SetPipeline(SweepablePipeline pipeline) =>
        With(() => _pipeline = pipeline ?? throw new ArgumentNullException(nameof(pipeline)));

    /// <summary>Trains on some rows and judges on others.</summary>
    public AutoMLExperiment SetDataset(IDataView train, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        return With(() => (_all, _splits) = (train, () => [new Split(train, validation)]));
    }

    /// <summary>Trains on the one part and judges on the other.</summary>
    public AutoMLExperiment SetDataset(DataOperationsCatalog.TrainTestData trainValidationSplit) =>
        SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    /// <summary>Judges by cross-validation.</summary>
    /// <param name="dataset">The rows.</param>
    /// <param name="fold">Folds, at least 2.</param>
    /// <param name="samplingKeyColumnName">Rows with equal values stay on one side of every split; null when all may be
    /// parted.</param>
    public AutoMLExperiment SetDataset(IDataView dataset, int fold = 10, string? samplingKeyColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(fold, 2);
        return With(() => (_all, _splits) = (dataset,
            () => [.. _context.Data.CrossValidationSplit(dataset, fold, samplingKeyColumnName, _seed)
                .Select(f => new Split(f.TrainSet, f.TestSet))]));
    }

    /// <summary>What is made best, and the columns that tell it. Default: the micro-accuracy of PredictedLabel against
    /// Label.</summary>
    public AutoMLExperiment SetMulticlassClassificationMetric(MulticlassClassificationMetric metric,
        string labelColumn = "Label", string predictedColumn = "PredictedLabel") =>
        With(() => (_metric, _label, _predicted) = (metric, labelColumn, predictedColumn));

    /// <summary>Time of a run, after which no further trial begins. Default without limit.</summary>
    public AutoMLExperiment SetTrainingTimeInSeconds(double trainingTimeInSeconds)
    {
        if (!(trainingTimeInSeconds > 0 && trainingTimeInSeconds < TimeSpan.MaxValue.TotalSeconds))
        {
            throw new ArgumentOutOfRangeException(nameof(trainingTimeInSeconds), trainingTimeInSeconds,
                "The time is above 0 seconds.");
        }

        return SetBudget(_budget with { Time = TimeSpan.FromSeconds(trainingTimeInSeconds) });
    }

    /// <summary>Trials in all. Default without limit.</summary>
    public AutoMLExperiment SetMaxModelToExplore(int maxModelToExplore)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxModelToExplore, 1);
        return SetBudget(_budget with { Trials = maxModelToExplore });
    }

    /// <summary>When the run stops: trials, time, a value that is good enough.</summary>
    public AutoMLExperiment SetBudget(StudyBudget budget) =>
        With(() => _budget = budget ?? throw new ArgumentNullException(nameof(budget)));

    /// <summary>What chooses the trials. Default TPE.</summary>
    public AutoMLExperiment SetTuner(ISampler sampler) =>
        With(() => _sampler = sampler ?? throw new ArgumentNullException(nameof(sampler)));

    /// <summary>Tries every combination of so many values of each range.</summary>
    public AutoMLExperiment SetGridSearchTuner(int step = 10) => SetTuner(new GridSampler(step));

    /// <summary>Tries points at random.</summary>
    public AutoMLExperiment SetRandomSearchTuner() => SetTuner(new RandomSampler());

    /// <summary>What ends trials early, by the mean over the folds so far. Default nothing.</summary>
    public AutoMLExperiment SetPruner(IPruner pruner) =>
        With(() => _pruner = pruner ?? throw new ArgumentNullException(nameof(pruner)));

    /// <summary>The seed of splits, proposals and of the context that each trial gets. Default 1.</summary>
    public AutoMLExperiment SetSeed(int seed) => With(() => _seed = seed);

    /// <summary>Trials at a time, which has no influence on them. Default 1.</summary>
    public AutoMLExperiment SetParallelTrials(int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        return With(() => _parallel = trials);
    }

    /// <summary>The SQLite file that remembers the trials, so that a run that was interrupted goes on where it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="subject">What is searched on, in words: a study is gone on with only when it is the same.</param>
    public AutoMLExperiment SetStudy(string path, string subject = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return With(() => (_study, _subject) = (path, subject));
    }

    /// <summary>Who is told how it comes along.</summary>
    public AutoMLExperiment SetMonitor(IMonitor monitor) =>
        With(() => _monitor = monitor ?? throw new ArgumentNullException(nameof(monitor)));

    /// <summary>Searches on another thread.</summary>
    /// <inheritdoc cref="Run"/>
    public Task<TrialResult> RunAsync(CancellationToken ct = default) => Task.Run(() => Run(ct), CancellationToken.None);

    /// <summary>Searches, and fits the best pipeline to all rows that may be trained on. Cancellation ends the search with what
    /// there is.</summary>
    /// <param name="ct">Ends the search.</param>
    /// <returns>The best trial.</returns>
    /// <exception cref="InvalidOperationException">Something is not set, or no trial succeeded.</exception>
    /// <exception cref="StudyException">The study file cannot be used, or was begun with other settings.</exception>
    public TrialResult Run(CancellationToken ct = default)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("Say by SetPipeline what is searched.");
        var splits = _splits ?? throw new InvalidOperationException("Say by SetDataset on which rows.");
        if (_budget is { Trials: int.MaxValue, Target: null } && _budget.Time == TimeSpan.MaxValue && _sampler is not GridSampler)
        {
            throw new InvalidOperationException(
                "Say by SetMaxModelToExplore, SetTrainingTimeInSeconds or SetBudget when to stop.");
        }

        var objective = new PipelineObjective(_context, pipeline, splits(), ScoreOf);
        var settings = new StudySettings
        {
            Space = pipeline.SearchSpace,
            Sampler = _sampler,
            Pruner = _pruner,
            Maximize = _metric != MulticlassClassificationMetric.LogLoss,
            Seed = _seed,
            Subject = $"{_metric} of {_predicted} against {_label} by "
                + (objective.Splits == 1 ? "held-out rows" : $"{objective.Splits} "
                + "folds") + (_subject.Length > 0 ? $" on {_subject}" : ""),
        };
        using var study = new Study(settings, _study);
        try
        {
            study.Run((trial, cancellation) =>
            {
                Tell(m => m.ReportRunningTrial(new TrialSettings(trial.Number, trial.Parameters)));
                return objective.Value(trial, cancellation);
            }, _budget, _parallel, trial => Report(trial, study.Best), ct);
        }
        finally
        {
            Trials = study.Trials;
        }

        if (study.Best is not { } best)
            throw new InvalidOperationException($"The experiment found nothing: {NoBestTrial.Why(Trials)}.");
        return ResultOf(
            best) with
        {
            Model = pipeline.BuildFromOption(new MLContext(Trial.SeedOf(_seed, best.Number)), best.Parameters)
            .Fit(_all!)
        };
    }

    private AutoMLExperiment With(Action change)
    {
        change();
        return this;
    }

    private void Tell(Action<IMonitor> word)
    {
        if (_monitor == null)
            return;
        lock (_monitor)
            word(_monitor);
    }

    private void Report(TrialRecord trial, TrialRecord? best)
    {
        if (trial.State == TrialState.Failed)
        {
            Tell(m => m.ReportFailTrial(new TrialSettings(trial.Number, trial.Parameters),
                new InvalidOperationException(trial.Error)));
        }
        else
        {
            Tell(m => m.ReportCompletedTrial(ResultOf(trial)));
        }

        if (best?.Number == trial.Number)
            Tell(m => m.ReportBestTrial(ResultOf(trial)));
    }

    private TrialResult ResultOf(TrialRecord trial) => new()
    {
        TrialSettings = new TrialSettings(trial.Number, trial.Parameters),
        Metric = trial.Value ?? double.NaN,
        Loss = (_metric == MulticlassClassificationMetric.LogLoss ? 1 : -1) * (trial.Value ?? double.NaN),
        DurationInMilliseconds = 1000 * (trial.Seconds ?? 0),
    };

    private double ScoreOf(MLContext context, IDataView scored)
    {
        var metrics = context.MulticlassClassification.Evaluate(scored, _label, predictedLabelColumnName: _predicted);
        return _metric switch
        {
            MulticlassClassificationMetric.MicroAccuracy => metrics.MicroAccuracy,
            MulticlassClassificationMetric.MacroAccuracy => metrics.MacroAccuracy,
            MulticlassClassificationMetric.LogLoss => metrics.LogLoss,
            _ => metrics.LogLossReduction,
        };
    }
}

/// <summary>What an experiment makes best, as <see cref="MulticlassClassificationMetrics"/> defines it.</summary>
public enum MulticlassClassificationMetric
{
    /// <summary>The share of right rows; large is good.</summary>
    MicroAccuracy,

    /// <summary>The mean over the classes of the share of right rows; large is good.</summary>
    MacroAccuracy,

    /// <summary>The mean of -ln(probability of the true class); small is good.</summary>
    LogLoss,

    /// <summary>How much less that is than with the classes' shares as probabilities; large is good.</summary>
    LogLossReduction,
}

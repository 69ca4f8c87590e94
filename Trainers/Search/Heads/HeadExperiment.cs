using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// Searches for the options of a linear head that do best on held-out rows of features that were computed once. The same seed
/// makes the same trials, however many run at a time; with a study file an interrupted search goes on where it was.
/// </summary>
public sealed class HeadExperiment
{
    private readonly HeadExperimentOptions _options;

    /// <summary>Makes the experiment.</summary>
    public HeadExperiment(HeadExperimentOptions? options = null) => _options = options ?? new HeadExperimentOptions();

    /// <summary>The pruner of a name, with steps as a trial with so many folds has them.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static IPruner Pruner(string name, int folds) =>
        string.Equals(name, "hyperband", StringComparison.OrdinalIgnoreCase)
            ? new HyperbandPruner(HeadObjective.Steps(folds), reduction: 2)
        : string.Equals(name, "halving", StringComparison.OrdinalIgnoreCase) ? new SuccessiveHalvingPruner(1, reduction: 2)
        : PrunerCatalog.ByName(name);

    /// <summary>Searches. Cancellation ends it early with what there is.</summary>
    /// <param name="data">Rows with a key as label and a vector of features; columns by the names in
    /// <see cref="HeadExperimentOptions.Head"/>.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="StudyException">The study file cannot be used, or was begun with other settings.</exception>
    public HeadExperimentResult Execute(IDataView data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Execute(MatrixReader.Read(data, _options.Head with { Cancellation = cancellation }, out _), cancellation);
    }

    /// <summary>Searches over rows in memory. Cancellation ends it early with what there is.</summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="cancellation">Ends the search.</param>
    public HeadExperimentResult Execute(FeatureMatrix matrix, CancellationToken cancellation = default) =>
        Execute(HeadSearchData.Of(matrix), cancellation);

    /// <summary>Searches over data whose features are chosen too. Cancellation ends it early with what there is.</summary>
    /// <param name="data">The examples, with what there is to choose.</param>
    /// <param name="cancellation">Ends the search.</param>
    public HeadExperimentResult Execute(HeadSearchData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = data.Narrowed(
            _options.Head with { Seed = _options.Seed, Threads = _options.Threads, Cancellation = cancellation });
        return Execute(new HeadObjective(data, _options),
            data.Choices.Then(_options.Space ?? HeadSpace.For(data.FeatureCount)), data.SuitableL2, cancellation);
    }

    /// <summary>Searches a space for what an objective finds best.</summary>
    /// <param name="objective">Judges points.</param>
    /// <param name="space">Where to look.</param>
    /// <param name="l2">The L2 regularisation to begin with; null for the space's default.</param>
    /// <param name="cancellation">Ends the search.</param>
    internal HeadExperimentResult Execute(ISearchObjective objective, SearchSpace space, double? l2,
        CancellationToken cancellation)
    {
        var start = _options.Sampler.Name == "grid" ? [] : Start(space, l2);
        var settings = new StudySettings
        {
            Space = space,
            Sampler = _options.Sampler,
            Pruner = _options.Pruner,
            Maximize = _options.Metric != HeadMetric.LogLoss,
            Seed = _options.Seed,
            StartWith = start,
            Subject = objective.Subject(),
        };
        using var study = new Study(settings, _options.StudyPath);
        _options.Started?.Invoke(study.Trials, study.Best);
        study.Run(objective.Value, _options.Budget, _options.Parallel, trial => _options.Progress?.Invoke(trial, study.Best),
            cancellation);
        var trials = study.Trials;
        var best = study.Best is { } highest ? objective.Choose(trials, highest, start.Count > 0, cancellation) : null;
        return new HeadExperimentResult(trials, best, best == null ? null : objective.OptionsOf(best.Parameters), settings);
    }

    /// <summary>
    /// How well a searched head does on rows that the search has not seen (nested cross-validation): for each fold, a search on
    /// the other folds' rows alone, a head trained on them with the best options, and its scores on the fold.
    /// </summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="folds">Outer folds.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>One result for each fold.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled: part of the folds would be no estimate.</exception>
    /// <exception cref="InvalidOperationException">In a fold, no trial succeeded.</exception>
    public IReadOnlyList<NestedFold> EstimateNested(FeatureMatrix matrix, int folds = 5,
        CancellationToken cancellation = default) =>
        EstimateNested(HeadSearchData.Of(matrix), folds, cancellation);

    /// <summary>The same over data whose features are chosen too: the choice is made afresh without each fold.</summary>
    /// <param name="data">The examples, with what there is to choose.</param>
    /// <param name="folds">Outer folds.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <inheritdoc cref="EstimateNested(FeatureMatrix, int, CancellationToken)"/>
    public IReadOnlyList<NestedFold> EstimateNested(HeadSearchData data, int folds = 5, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        List<NestedFold> results = [];
        foreach (var split in HeadObjective.Splits(data, folds, 0, _options.Seed))
        {
            var fold = results.Count + 1;
            var inner = new HeadExperiment(_options with
            {
                StudyPath = _options.StudyPath is { } path ? StudyPlace.OfFold(path, fold) : null,
                Subject = _options.Subject is { } subject ? $"{subject} without fold {fold} of {folds}" : null,
            });
            var found = inner.Execute(data.Subset(split.Train), cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (found is not { Best: { } best, BestOptions: { } options })
                throw new InvalidOperationException($"In fold {fold}, {found.Failure}.");
            var model = LinearHead.FitInPlace(data.TrainingRows(best.Parameters, split.Train),
                options with { Threads = _options.Threads, Cancellation = cancellation }).Model;
            var scores = HeadScores.Measure(model, data.TestRows(best.Parameters, split.Test));
            results.Add(new NestedFold(fold, best.Parameters, best.Value!.Value, scores, split.Test.Count));
        }

        return results;
    }

    // A search is never worse than the defaults on its own folds when it begins with them.
    private static IReadOnlyList<Parameter> Start(SearchSpace space, double? l2)
    {
        var start = space.SampleFromFeatureSpace(space.Default);
        if (l2 is { } suitable && start.ContainsKey(HeadSpace.L2))
        {
            var suited = Parameter.CreateNestedParameter(
                [.. start.Where(p => p.Key != HeadSpace.L2), new(HeadSpace.L2, Parameter.FromDouble(suitable))]);
            start = space.SampleFromFeatureSpace(space.MappingToFeatureSpace(suited));
        }

        return space.Allows(start) ? [start] : [];
    }
}

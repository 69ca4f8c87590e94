using System.Diagnostics;
using System.Globalization;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Jobs;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>From a labelled data set to the best model: features once, some pictures set aside, a search over features and heads
/// on the others, a test on those set aside, and the best model trained on everything. With
/// <see cref="SearchOptions.FineTuning"/> the search is over the training of the network's layers.</summary>
/// <remarks>With a study file (<see cref="HeadExperimentOptions.StudyPath"/>) a job that was stopped goes on where it
/// was.</remarks>
public sealed class SearchJob
{
    private const double UsualHoldOut = 0.2;

    private readonly SearchOptions _options;
    private readonly IReadOnlyList<Backbone> _backbones;

    /// <summary>Makes the job.</summary>
    /// <exception cref="JobException">The options ask for what there is not where layers are trained.</exception>
    public SearchJob(SearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _backbones = options.Backbones;
        if (options.FineTuning is not { } training)
            return;
        NetworkSearch.Check(options);
        if (training.GlobalPooling)
            _backbones = [.. options.Backbones.Select(b => b.WithGlobalPooling())];
    }

    /// <summary>Searches, tests the best trial on the pictures that were set aside, trains the best model, and estimates by
    /// nested cross-validation when asked to. Cancelled during the search, it makes the best model of the trials that there are.
    /// </summary>
    /// <param name="data">The pictures. With a test set none are set aside; with pictures to choose by, every trial is judged on
    /// these.</param>
    /// <param name="progress">Told the stages "features", "search" and "nested search", and each new best trial; null for
    /// nobody.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="JobException">There are fewer than two classes, no picture could be read, a class has too few pictures
    /// for the share to be set aside, or no trial succeeded.</exception>
    /// <exception cref="StudyException">The study file cannot be used, or was begun with other settings.</exception>
    /// <exception cref="DataSourceException">Pictures cannot be read and are not to be skipped; all are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled before the search.</exception>
    public SearchResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        JobFeatures.RequireClasses(data);
        progress ??= JobProgress.None;
        var total = Stopwatch.StartNew();
        var ml = new MLContext(_options.Seed);
        var load = total.Elapsed.TotalSeconds;
        List<SkippedImage> leftOut = [];
        var test = JobFeatures.OtherPart(data, data.Test, _options, leftOut);
        if (test is not null && _options.HoldOut > 0)
        {
            throw new JobException($"{data.ManifestPath ?? data.Root}: the data set has a test set of its own; no others need "
                + "to be set aside.");
        }

        // Pictures to choose by are rows too, and the trials' only split.
        var ignored = data.Ignored;
        var trainCount = data.Records.Count;
        var validation = JobFeatures.OtherPart(data, data.Validation, _options, leftOut);
        if (validation is not null)
            data = new ImageDataSet(data.Root, [.. data.Records, .. validation.Records]) { ManifestPath = data.ManifestPath };
        var choices = _options.FineTuning is not null ? new PictureChoices()
            : _options.Choices ?? PictureChoices.For(data.Records.Count);
        var tables = Features(ml, data, choices, progress, cancellation);
        var tests = test is null ? [] : Features(ml, test, choices, progress, cancellation);
        var featuresDone = total.Elapsed.TotalSeconds;

        var fingerprint = data.Fingerprint(tables[0].ContentHashes);
        PictureSearchData pictures = new([.. tables.Select(t => t.Bank)], tables[0].ClassNames, choices, tables[0].Groups)
        {
            GivenSplit = validation is null ? null : tables[0].SplitAt(trainCount),
        };
        var aside = test is null && validation is null ? SetAside(tables[0], data, progress) : null;
        var searchable = aside is null ? pictures : pictures.Subset(aside.Train);
        var options = _options.Search with
        {
            Seed = _options.Seed,
            Threads = _options.Run.Threads,
            Folds = validation is null && _options.FineTuning is null ? _options.Search.Folds : 0,
            Subject = Subject(fingerprint, pictures.Count, choices)
                + (aside is null ? "" : $", {aside.Test.Count} of them set aside")
                + (pictures.GivenSplit is { } split ? $", {split.Test.Count} of them to choose by" : ""),
        };
        var layers = _options.FineTuning is null ? null
            : new NetworkSearch(_options, _backbones, tables, pictures,
                aside?.Train ?? [.. Enumerable.Range(0, pictures.Count)], progress);
        var found = Search(options, progress, "search", 1, run => layers is null ? run.Execute(searchable, cancellation)
            : layers.Search(run, options, cancellation));
        var stopped = cancellation.IsCancellationRequested;
        if (found is not { Best: { } best, BestOptions: { } bestOptions })
            throw new JobException($"{found.Failure}{(stopped ? " before it was stopped" : "")}");
        if (stopped)
        {
            progress.Note(
                $"stopped; {(_options.TrainBest ? $"making the best model of {found.Trials.Count} trials; " : "")}the same "
                + $"command goes on");
        }

        var searched = total.Elapsed.TotalSeconds;
        var selection = pictures.SelectionOf(best.Parameters);
        var table = tables.First(t => t.Bank == selection.Bank);
        bestOptions = bestOptions with { Threads = _options.Run.Threads };
        var trainable = pictures.GivenSplit?.Train ?? [.. Enumerable.Range(0, table.Rows.Count)];
        List<EvaluatedPicture> answers = [];
        SearchedModel Fit(IReadOnlyList<int> shown, string name) => layers?.Fit(best.Parameters, shown, name)
            ?? new SearchedModel(selection, table.Fit(selection, bestOptions, shown), null);
        EvaluationMetrics? heldOut = null;
        SearchedModel? fitted = null;
        if (aside is not null || test is not null)
        {
            fitted = Fit(aside?.Train ?? trainable, aside is null ? "training" : "held-out");
            heldOut = layers is not null
                ? table.TestOn(Shown(ml, test ?? data.Subset(aside!.Test.Select(i => table.Rows[i].Index)), fitted, progress),
                    fitted.Selection, fitted.Head, answers)
                : aside is not null ? table.Test(selection, fitted.Head, aside.Test, answers)
                : table.TestOn(tests[tables.IndexOf(table)], selection, fitted.Head, answers);
        }

        var headAlone = layers?.HeadAlone(selection);
        if (headAlone is { } alone && !(options.Metric == HeadMetric.LogLoss ? best.Value < alone : best.Value > alone))
            progress.Note($"note: no trial is better than the head alone, which reaches {alone:0.0000} on the same pictures");
        if (!_options.TrainBest)
            fitted = null;
        else if (fitted is null || aside is not null)
            fitted = Fit(trainable, "training");
        var model = fitted is null ? null : ModelOf(table, fitted, data, fingerprint, bestOptions, best, heldOut, trainable);
        var trained = total.Elapsed.TotalSeconds;
        NestedResult? nested = null;
        if (_options.OuterFolds > 0 && !stopped)
        {
            try
            {
                nested = NestedResult.Of(Search(options, progress, "nested search", _options.OuterFolds,
                    run => run.EstimateNested(searchable, _options.OuterFolds, cancellation)),
                    (aside?.Train ?? [.. Enumerable.Range(0, pictures.Count)]).Select(i => table.Groups[i]).Distinct().Count());
            }
            catch (OperationCanceledException)
            {
                stopped = true;
            }
        }

        var end = total.Elapsed.TotalSeconds;
        var backbone = selection.Bank.Backbone;
        return new SearchResult
        {
            Search = found,
            TrainedLayers = _options.FineTuning?.Layers,
            HeadAlone = headAlone,
            Epochs = fitted?.Epochs,
            Trained = model,
            Metric = options.Metric,
            Sampler = options.Sampler.Name,
            Pruner = options.Pruner.Name,
            Backbone = backbone.Name,
            InputSize = backbone.Preprocessing.Width,
            Resize = backbone.Preprocessing.Resize,
            FeaturesFrom = selection.Features,
            FeatureCount = selection.Bank.CountOf(selection.Features),
            Augment = selection.TrainingViews,
            TestViews = selection.TestViews,
            Stopped = stopped,
            Images = table.Rows.Count,
            Cached = tables.Min(t => t.Cached),
            SkippedFiles = [.. table.Skipped, .. tests.FirstOrDefault()?.Skipped ?? [], .. leftOut],
            IgnoredFiles = ignored,
            TrainImages = trainable.Count,
            SharedPictures = test is null ? [] : tables[0].SharedWith(tests[0], progress),
            LabelConflicts = tables[0].LabelConflicts,
            HeldOut = heldOut,
            HeldOutAnswers = answers,
            Importances = ParameterImportance.Estimate(found.Settings.Space, found.Trials),
            Nested = nested,
            Study = options.StudyPath is { } place ? StudyPlace.NameOf(place) : null,
            Seconds = new SearchSeconds(load, featuresDone - load, searched - featuresDone, trained - searched,
                end - trained, end),
        };
    }

    // The first backbone's pass gives the hashes by which the others look pictures up.
    private List<JobFeatures> Features(MLContext ml, ImageDataSet data, PictureChoices choices, IJobProgress progress,
        CancellationToken cancellation)
    {
        var views = FeatureBank.Covering(choices.TrainingViews.Concat(choices.TestViews));
        List<JobFeatures> tables = [];
        foreach (var backbone in _backbones)
        {
            using var extractor = JobFeatures.Open(backbone, _options, choices.Features);
            tables.Add(JobFeatures.Compute(ml, data, extractor, _options, progress, views, tables.FirstOrDefault()?.ContentHashes,
                cancellation: cancellation));
        }

        return tables;
    }

    // Features of a network that was trained are of no use to another run.
    private JobFeatures Shown(MLContext ml, ImageDataSet pictures, SearchedModel fitted, IJobProgress progress)
    {
        using var tuned = JobFeatures.Open(fitted.Selection.Backbone, _options with { UseCache = false });
        return JobFeatures.Compute(ml, pictures, tuned, _options, progress);
    }

    /// <summary>The pictures to search on, and those that are set aside for the end; null when none are.</summary>
    private DataSplit? SetAside(JobFeatures table, ImageDataSet data, IJobProgress progress)
    {
        var share = _options.HoldOut ?? (_options.OuterFolds > 0 ? 0 : UsualHoldOut);
        if (share == 0)
            return null;
        var classOf = table.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] labels = [.. table.Rows.Select(r => classOf[r.Label])];
        var split = StratifiedSplit.TrainTest(labels, share, _options.Seed, table.Groups, null);

        // As the splits of the trials count: pictures with the same content once, with the class of the first.
        var left = split.Train.GroupBy(i => table.Groups[i]).CountBy(g => labels[g.First()]).ToDictionary();
        var needed = _options.FineTuning is null ? Math.Max(2, _options.Search.Folds) : 2;
        var fewest = labels.Distinct().MinBy(c => left.GetValueOrDefault(c));
        if (left.GetValueOrDefault(fewest) >= needed)
            return split;
        var why = $"class '{table.ClassNames[fewest]}' has too few pictures to set some aside and leave the {needed} that the "
            + "trials need";
        if (_options.HoldOut is not null)
            throw new JobException($"{data.Root}: {why}; add pictures, use fewer folds or set none aside.");
        progress.Note($"note: {why}: there will be no figure on pictures that no trial saw");
        return null;
    }

    // What a study is about: one that was begun on something else is refused.
    private string Subject(string fingerprint, int pictures, PictureChoices choices)
    {
        var networks = _backbones.Select(b =>
            $"{b.Name} {b.Sha256[..8]} at {b.Preprocessing.Width}x{b.Preprocessing.Height} {b.Preprocessing.Resize}");
        return $"data {fingerprint[..16]}, {pictures} pictures, {string.Join(" and ", networks)}, "
            + $"features {string.Join(" or ", choices.Features)}, "
            + $"views {string.Join(" or ", choices.TrainingViews)}, test views {string.Join(" or ", choices.TestViews)}";
    }

    private static T Search<T>(HeadExperimentOptions options, IJobProgress progress, string name, int searches,
        Func<HeadExperiment, T> run)
    {
        using var told = new SearchProgress(progress, options, name, searches);
        return run(told.Experiment);
    }

    private TrainedModel ModelOf(JobFeatures table, SearchedModel fitted, ImageDataSet data, string fingerprint,
        LinearHeadOptions options, TrialRecord best, EvaluationMetrics? heldOut, IReadOnlyList<int> trainable)
    {
        return new TrainedModel
        {
            Transformer = table.Chain(fitted.Selection, fitted.Head),
            InputSchema = table.InputSchema,
            Card = new ModelCard
            {
                ClassNames = table.ClassNames,
                DataFingerprint = fingerprint,
                TrainingPictures = table.DigestsOf(trainable),
                TrainingFeatures = fitted.Epochs is null ? JobFeatures.StatisticsOf(fitted.Selection, trainable) : null,
                Metrics = heldOut?.ForCard() ?? new Dictionary<string, double>(),
                Properties = new Dictionary<string, string>
                {
                    ["trainer"] = TrainingJob.NameOf(options.Solver),
                    ["backbone"] = fitted.Selection.Bank.Backbone.Name,
                    ["features"] = fitted.Selection.Features,
                    ["seed"] = $"{_options.Seed}",
                    ["parameters"] = best.Parameters.ToJson(),
                    ["best trial"] = string.Create(CultureInfo.InvariantCulture, $"{_options.Search.Metric} {best.Value:R}"),
                },
            },
        };
    }
}

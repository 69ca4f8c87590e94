using System.Diagnostics;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Jobs;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>From a labelled data set to the best model: features once, a search over them and over heads, the best one trained on
/// everything.</summary>
internal sealed class TuneJob(CommandContext context, HeadExperimentOptions search, IReadOnlyList<Backbone> backbones, PictureChoices choices, BackboneRunOptions runOptions)
{
    private readonly MLContext _ml = new(context.Seed);

    /// <summary>Searches, saves the model, and estimates by nested cross-validation when asked to.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="modelPath">Where the model is written; null for nowhere.</param>
    /// <param name="outerFolds">Outer folds of a nested cross-validation, or 0.</param>
    /// <exception cref="WorkFailedException">No trial succeeded.</exception>
    public (TuneResult Result, HeadExperimentResult Found) Run(ImageDataSet data, string? modelPath, int outerFolds)
    {
        var total = Stopwatch.StartNew();
        if (data.ClassNames.Count < 2)
            throw new WorkFailedException($"{data.Root}: at least two classes are needed.");

        var hashes = DuplicateFinder.HashContents(data, context.Threads);
        var fingerprint = data.Fingerprint(hashes);
        var load = total.Elapsed.TotalSeconds;
        var views = FeatureBank.Covering(choices.TrainingViews.Concat(choices.TestViews));
        FeatureTable[] tables = [.. backbones.Select(b => FeatureTable.Compute(data, b, runOptions, context, hashes, sets: choices.Features, views: views))];
        var featuresDone = total.Elapsed.TotalSeconds;

        var pictures = new PictureSearchData([.. tables.Select(t => t.Bank)], data.ClassNames, choices, tables[0].Groups(hashes));
        var options = search with
        {
            Subject = $"data {fingerprint[..Math.Min(16, fingerprint.Length)]}, {pictures.Count} pictures, {string.Join(" and ", backbones.Select(Describe))}, "
                + $"features {string.Join(" or ", choices.Features)}, views {string.Join(" or ", choices.TrainingViews)}, test views {string.Join(" or ", choices.TestViews)}",
        };
        var found = Search(options, run => run.Execute(pictures, context.Cancellation), "search");
        if (found is not { Best: { } best, BestOptions: { } bestOptions })
            throw new WorkFailedException($"{found.Failure}{(context.Cancellation.IsCancellationRequested ? " before it was stopped" : "")}");

        var stopped = context.Cancellation.IsCancellationRequested;
        if (stopped)
            context.Progress.Note($"stopped; {(modelPath == null ? "" : $"making the best model of {found.Trials.Count} trials; ")}the same command goes on");

        var searched = total.Elapsed.TotalSeconds;
        var selection = pictures.SelectionOf(best.Parameters);
        var table = tables.First(t => t.Bank == selection.Bank);
        if (modelPath != null)
            Save(modelPath, table, selection, fingerprint, bestOptions, best, options);

        var trained = total.Elapsed.TotalSeconds;
        NestedResult? nested = null;
        if (outerFolds > 0 && !stopped)
        {
            try
            {
                nested = NestedResult.Of(Search(options, run => run.EstimateNested(pictures, outerFolds, context.Cancellation), "nested search", outerFolds));
            }
            catch (OperationCanceledException)
            {
                stopped = true;
            }
        }

        var result = new TuneResult
        {
            Best = TuneTrial.Of(best),
            Trials = [.. found.Trials.Select(TuneTrial.Of)],
            Metric = options.Metric,
            Sampler = options.Sampler.Name,
            Pruner = options.Pruner.Name,
            Backbone = selection.Bank.Backbone.Name,
            InputSize = selection.Bank.Backbone.Preprocessing.Width,
            Resize = selection.Bank.Backbone.Preprocessing.Resize,
            FeaturesFrom = selection.Features,
            FeatureCount = selection.Bank.CountOf(selection.Features),
            Augment = selection.TrainingViews,
            TestViews = selection.TestViews,
            Stopped = stopped,
            Images = table.Rows.Count,
            Cached = tables.Min(t => t.Cached),
            Skipped = table.Skipped.Count,
            SkippedFiles = table.Skipped,
            Importances = ParameterImportance.Estimate(found.Settings.Space, found.Trials),
            Nested = nested,
            Study = options.StudyPath!,
            Model = modelPath,
            Seconds = new TuneSeconds(load, featuresDone - load, searched - featuresDone, trained - searched, total.Elapsed.TotalSeconds - trained, total.Elapsed.TotalSeconds),
        };
        return (result, found);
    }

    private T Search<T>(HeadExperimentOptions options, Func<HeadExperiment, T> run, string name, int searches = 1)
    {
        using var progress = new SearchProgress(context.Progress, options, name, searches);
        return run(progress.Experiment);
    }

    private static string Describe(Backbone backbone) =>
        $"{backbone.Name} {backbone.Sha256[..8]} at {backbone.Preprocessing.Width}x{backbone.Preprocessing.Height} {backbone.Preprocessing.Resize}";

    private void Save(string path, FeatureTable table, PictureSelection selection, string fingerprint, LinearHeadOptions options, TrialRecord best, HeadExperimentOptions search)
    {
        var classes = table.Data.ClassNames;
        var head = ClassKeys.Estimator(_ml, classes)
            .Append(_ml.MulticlassClassification.Trainers.LinearHead(HeadChoice.OnViews(options with { Threads = context.Threads })))
            .Fit(table.TrainingView(_ml, selection, Enumerable.Range(0, table.Rows.Count))).LastTransformer;
        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(head.Transform(table.TestView(_ml, selection, [0])));
        var metric = search.Metric.ToString();
        ModelFile.Save(path, new TrainedModel
        {
            Transformer = table.Featurizer(_ml, selection.Backbone, runOptions).Append(head).Append(names),
            InputSchema = table.Data.ToDataView(_ml).Schema,
            Card = new ModelCard
            {
                ClassNames = classes,
                DataFingerprint = fingerprint,
                Metrics = new Dictionary<string, double> { [char.ToLowerInvariant(metric[0]) + metric[1..]] = best.Value!.Value },
                Properties = new Dictionary<string, string>
                {
                    ["trainer"] = options.Solver.ToString().ToLowerInvariant(),
                    ["backbone"] = selection.Bank.Backbone.Name,
                    ["features"] = selection.Features,
                    ["seed"] = $"{context.Seed}",
                    ["parameters"] = best.Parameters.ToJson(),
                },
            },
        });
    }
}

using System.Diagnostics;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Jobs;
using MlPipeline.Cli.Output;
using MlPipeline.Data;
using MlPipeline.Optimizers;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>From a labelled data set to the best head: features once, a search over heads, the best one trained on everything.</summary>
internal sealed class TuneJob(CommandContext context, HeadExperimentOptions search, Backbone backbone, BackboneRunOptions runOptions)
{
    private readonly MLContext _ml = new(context.Seed);

    /// <summary>Searches, saves the model, and estimates by nested cross-validation when asked to.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="modelPath">Where the model is written.</param>
    /// <param name="outerFolds">Outer folds of a nested cross-validation, or 0.</param>
    /// <exception cref="WorkFailedException">No trial succeeded.</exception>
    public (TuneResult Result, HeadExperimentResult Found) Run(ImageDataSet data, string modelPath, int outerFolds)
    {
        var total = Stopwatch.StartNew();
        if (data.ClassNames.Count < 2)
            throw new WorkFailedException($"{data.Root}: at least two classes are needed.");
        IReadOnlyList<string?> hashes = DuplicateFinder.HashContents(data, context.Threads);
        string fingerprint = data.Fingerprint(hashes);
        double load = total.Elapsed.TotalSeconds;
        FeatureTable features = FeatureTable.Compute(_ml, data, backbone, runOptions, context);
        double featuresDone = total.Elapsed.TotalSeconds;

        TrainingSamples samples = Samples(features, data.ClassNames);
        IReadOnlyList<int> groups = Groups(data, hashes, features);
        Preprocessing recipe = backbone.Preprocessing;
        HeadExperimentOptions options = search with
        {
            Subject = $"data {fingerprint[..Math.Min(16, fingerprint.Length)]}, {features.Rows.Count} pictures, {backbone.Name} at {recipe.Width}x{recipe.Height}, {features.FeatureCount} features",
        };
        HeadExperimentResult found = Search(options, run => run.Execute(samples, data.ClassNames, groups, context.Cancellation), "search");
        if (found is not { Best: { } best, BestOptions: { } bestOptions })
        {
            string reason = found.Trials.LastOrDefault(t => t.Error != null)?.Error ?? "there was no time for one";
            throw new WorkFailedException($"none of {found.Trials.Count} trials succeeded: {reason}");
        }

        bool stopped = context.Cancellation.IsCancellationRequested;
        double searched = total.Elapsed.TotalSeconds;
        Save(modelPath, data, features, fingerprint, bestOptions, best, options);
        double trained = total.Elapsed.TotalSeconds;
        NestedResult? nested = null;
        if (outerFolds > 0 && !stopped)
        {
            try
            {
                nested = NestedResult.Of(Search(options, run => run.EstimateNested(samples, data.ClassNames, outerFolds, groups, context.Cancellation), "nested search", outerFolds));
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
            Backbone = backbone.Name,
            Stopped = stopped,
            Images = features.Rows.Count,
            Skipped = features.Skipped.Count,
            SkippedFiles = features.Skipped,
            Importances = ParameterImportance.Estimate(options.Space, found.Trials),
            Nested = nested,
            Study = options.StudyPath!,
            Model = modelPath,
            Seconds = new TuneSeconds(load, featuresDone - load, searched - featuresDone, trained - searched, total.Elapsed.TotalSeconds - trained, total.Elapsed.TotalSeconds),
        };
        return (result, found);
    }

    private T Search<T>(HeadExperimentOptions options, Func<HeadExperiment, T> run, string name, int searches = 1)
    {
        var clock = Stopwatch.StartNew();
        int? trials = options.Budget.Trials == int.MaxValue ? null : options.Budget.Trials * searches;
        int ended = 0;
        double nextNote = 2;
        using IProgressStage stage = context.Progress.Begin(name, trials ?? 0, "trials");
        return run(new HeadExperiment(options with
        {
            Progress = (trial, best) =>
            {
                stage.Report(++ended);
                bool improved = searches == 1 && best?.Number == trial.Number;
                if (!improved && clock.Elapsed.TotalSeconds < nextNote)
                    return;
                nextNote = clock.Elapsed.TotalSeconds + 2;
                string left = Left(options.Budget, searches == 1 ? trial.Number + 1 : ended, ended, trials, clock.Elapsed);
                context.Progress.Note($"{name}: trial {trial.Number} {trial.State.ToString().ToLowerInvariant()} {trial.Value:0.0000}, best {best?.Value:0.0000} (trial {best?.Number}){left}");
            },
        }));
    }

    private static string Left(StudyBudget budget, int reached, int ended, int? trials, TimeSpan spent)
    {
        double seconds = double.PositiveInfinity;
        if (trials is { } all)
            seconds = Math.Max(0, all - reached) * spent.TotalSeconds / ended;
        if (budget.Time < TimeSpan.FromDays(1000))
            seconds = Math.Min(seconds, Math.Max(0, (budget.Time - spent).TotalSeconds));
        return double.IsFinite(seconds) ? $", {seconds:0} s left" : "";
    }

    private static TrainingSamples Samples(FeatureTable features, IReadOnlyList<string> classes)
    {
        var builder = new TrainingSamplesBuilder(features.FeatureCount, classes.Count, features.Rows.Count);
        Dictionary<string, int> keys = classes.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        foreach (Jobs.FeatureRow row in features.Rows)
            builder.Add(row.Features, keys[row.Label]);
        return builder.Build();
    }

    // Pictures with the same content stay on one side of every split.
    private static IReadOnlyList<int> Groups(ImageDataSet data, IReadOnlyList<string?> hashes, FeatureTable features)
    {
        Dictionary<string, string?> hashOf = new(StringComparer.Ordinal);
        for (int i = 0; i < data.Records.Count; i++)
            hashOf.TryAdd(data.Records[i].Path, hashes[i]);
        return DuplicateFinder.Groups([.. features.Rows.Select(r => hashOf.GetValueOrDefault(r.ImagePath))]);
    }

    private void Save(string path, ImageDataSet data, FeatureTable features, string fingerprint, LinearHeadOptions options, TrialRecord best, HeadExperimentOptions search)
    {
        IDataView rows = features.View(_ml, Enumerable.Range(0, features.Rows.Count));
        LinearHeadTransformer head = ClassKeys.Estimator(_ml, data.ClassNames)
            .Append(_ml.MulticlassClassification.Trainers.LinearHead(options with { Threads = context.Threads })).Fit(rows).LastTransformer;
        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(head.Transform(features.View(_ml, [0])));
        string metric = search.Metric.ToString();
        ModelArchive.Save(path, new TrainedModel
        {
            Transformer = features.Featurizer.Append(head).Append(names),
            ClassNames = data.ClassNames,
            DataFingerprint = fingerprint,
            Metrics = new Dictionary<string, double> { [char.ToLowerInvariant(metric[0]) + metric[1..]] = best.Value!.Value },
            Properties = new Dictionary<string, string>
            {
                ["trainer"] = options.Solver.ToString().ToLowerInvariant(),
                ["backbone"] = backbone.Name,
                ["seed"] = $"{context.Seed}",
                ["parameters"] = best.Parameters.ToJson(),
            },
        });
    }
}

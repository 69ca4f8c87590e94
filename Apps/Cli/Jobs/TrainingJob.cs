using System.Diagnostics;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;

namespace MlPipeline.Cli.Jobs;

/// <summary>The way from a labelled data set to a trained and tested model: features once, then a head for each fold or split.</summary>
internal sealed class TrainingJob(CommandContext context, TrainingOptions options, Backbone backbone, BackboneRunOptions runOptions)
{
    private readonly MLContext _ml = new(context.Seed);

    /// <summary>The features that the last run computed.</summary>
    public FeatureTable? Features { get; private set; }

    /// <summary>From image path to scores and predicted label: what the last run trained.</summary>
    public ITransformer? Model { get; private set; }

    /// <summary>Rows of <see cref="Features"/> that the head was not trained on; empty after cross-validation.</summary>
    public IReadOnlyList<int> Test { get; private set; } = [];

    /// <summary>SHA-256 over the data set's labels and contents.</summary>
    public string? Fingerprint { get; private set; }

    /// <param name="open">Lists the data set.</param>
    /// <exception cref="WorkFailedException">There are too few classes or pictures.</exception>
    public TrainingResult Run(Func<ImageDataSet> open)
    {
        var total = Stopwatch.StartNew();
        var clock = Stopwatch.StartNew();
        ImageDataSet data = open();
        if (data.ClassNames.Count < 2)
            throw new WorkFailedException($"{data.Root}: at least two classes are needed, and there {(data.ClassNames.Count == 1 ? $"is only '{data.ClassNames[0]}'" : "are none")}.");
        IReadOnlyList<string?> hashes = DuplicateFinder.HashContents(data, context.Threads);
        Fingerprint = data.Fingerprint(hashes);
        double load = Lap(clock);

        FeatureTable features = Features = FeatureTable.Compute(_ml, data, backbone, runOptions, context, hashes, options.UseCache);
        double featureSeconds = Lap(clock);

        // Splits are over the pictures that could be read; pictures with the same content stay on one side.
        Dictionary<string, string?> hashOf = new(StringComparer.Ordinal);
        for (int i = 0; i < data.Records.Count; i++)
            hashOf.TryAdd(data.Records[i].Path, hashes[i]);
        string?[] rowHashes = [.. features.Rows.Select(r => hashOf.GetValueOrDefault(r.ImagePath))];
        string[] labels = [.. features.Rows.Select(r => r.Label)];
        IReadOnlyList<int> groups = DuplicateFinder.Groups(rowHashes);
        IReadOnlyList<DataSplit> splits = options.Folds > 0
            ? StratifiedSplit.Folds(labels, options.Folds, context.Seed, groups)
            : [StratifiedSplit.TrainTest(labels, options.TestFraction, context.Seed, groups)];

        List<EvaluationResult> tests = [];
        double trainSeconds = 0;
        double evaluateSeconds = 0;
        TransformerChain<LinearHeadTransformer>? head = null;
        using (IProgressStage stage = context.Progress.Begin("training", splits.Count, options.Folds > 0 ? "folds" : "heads"))
        {
            foreach (DataSplit split in splits)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Lap(clock);
                head = FitHead(features, split.Train, data.ClassNames);
                trainSeconds += Lap(clock);
                tests.Add(Score(head, features, split.Test, data.ClassNames));
                evaluateSeconds += Lap(clock);
                stage.Report(tests.Count);
            }
        }

        if (options.Folds > 0)
        {
            Lap(clock);
            head = FitHead(features, [.. Enumerable.Range(0, features.Rows.Count)], data.ClassNames);
            trainSeconds += Lap(clock);
        }

        Test = options.Folds > 0 ? [] : splits[0].Test;
        Model = Complete(features, head!);
        EvaluationResult result = options.Folds > 0 ? Evaluation.Mean(tests) : tests[0];
        return new TrainingResult
        {
            MicroAccuracy = result.MicroAccuracy,
            MacroAccuracy = result.MacroAccuracy,
            MacroF1 = result.MacroF1,
            LogLoss = result.LogLoss,
            Confusion = result.Confusion,
            Classes = result.Classes,
            PerClass = result.PerClass,
            Images = features.Rows.Count,
            Cached = features.Cached,
            Skipped = features.Skipped.Count,
            SkippedFiles = features.Skipped,
            TrainImages = options.Folds > 0 ? features.Rows.Count : splits[0].Train.Count,
            TestImages = result.Images,
            Folds = options.Folds > 0 ? [.. tests.Select((t, i) => new FoldResult(i + 1, t.MicroAccuracy, t.MacroAccuracy, t.LogLoss, t.Images))] : null,
            Backbone = backbone.Name,
            Trainer = options.Trainer,
            Duplicates = [.. DuplicateFinder.Find(rowHashes).Select(set => set.Select(i => features.Rows[i].ImagePath).ToArray())],
            Seconds = new StageSeconds { Load = load, Features = featureSeconds, Train = trainSeconds, Evaluate = evaluateSeconds, Total = total.Elapsed.TotalSeconds },
        };
    }

    /// <summary>What is saved: the chain with its class names, metrics and the data's fingerprint.</summary>
    public TrainedModel ToModel(TrainingResult result) => new()
    {
        Transformer = Model!,
        ClassNames = result.Classes,
        DataFingerprint = Fingerprint,
        Metrics = new Dictionary<string, double>
        {
            ["microAccuracy"] = result.MicroAccuracy,
            ["macroAccuracy"] = result.MacroAccuracy,
            ["macroF1"] = result.MacroF1,
            ["logLoss"] = result.LogLoss,
        },
        Properties = new Dictionary<string, string> { ["trainer"] = options.Trainer, ["backbone"] = backbone.Name, ["seed"] = $"{context.Seed}" },
    };

    /// <summary>The pictures of the held-out part; after cross-validation all of them.</summary>
    public IReadOnlyList<ImageRecord> TestPictures() =>
        [.. (Test.Count > 0 ? Test : Enumerable.Range(0, Features!.Rows.Count)).Select(i => new ImageRecord(Features!.Rows[i].ImagePath, Features.Rows[i].Label))];

    // The label is known in training only, so its mapping stays out of the model; the predicted key becomes a name again.
    private TransformerChain<ITransformer> Complete(FeatureTable features, TransformerChain<LinearHeadTransformer> head)
    {
        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(head.Transform(features.View(_ml, [0])));
        return features.Featurizer.Append(head.LastTransformer).Append(names);
    }

    // Every fold knows every class in the same order, whether or not its part has a picture of it.
    private TransformerChain<LinearHeadTransformer> FitHead(FeatureTable features, IReadOnlyList<int> rows, IReadOnlyList<string> classes)
    {
        IDataView view = features.View(_ml, rows);
        return ClassKeys.Estimator(_ml, classes).Append(HeadChoice.Create(_ml, options.Trainer, context)).Fit(view);
    }

    private EvaluationResult Score(ITransformer head, FeatureTable features, IReadOnlyList<int> rows, IReadOnlyList<string> classes) =>
        Evaluation.Of(_ml.MulticlassClassification.Evaluate(head.Transform(features.View(_ml, rows))), classes);

    private static double Lap(Stopwatch clock)
    {
        double seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        return seconds;
    }
}

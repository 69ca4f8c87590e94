using System.Diagnostics;
using System.Globalization;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Jobs;

/// <summary>The way from a labelled data set to a trained and tested model: features once, then a head for each fold or
/// split.</summary>
internal sealed class TrainingJob(CommandContext context, TrainingOptions options, Backbone backbone, BackboneRunOptions runOptions)
{
    private readonly MLContext _ml = new(context.Seed);
    private PictureSelection? _selection;
    private FeatureProbeResult? _probe;

    /// <summary>The features that the last run computed.</summary>
    public FeatureTable? Features { get; private set; }

    /// <summary>From image path to scores and predicted label: what the last run trained.</summary>
    public ITransformer? Model { get; private set; }

    /// <summary>Rows of <see cref="Features"/> that the head was not trained on; empty after cross-validation.</summary>
    public IReadOnlyList<int> Test { get; private set; } = [];

    /// <summary>The features that the last model takes.</summary>
    public PictureSelection Selection => _selection!;

    /// <summary>SHA-256 over the data set's labels and contents.</summary>
    public string? Fingerprint { get; private set; }

    /// <param name="open">Lists the data set.</param>
    /// <exception cref="WorkFailedException">There are too few classes or pictures.</exception>
    public TrainingResult Run(Func<ImageDataSet> open)
    {
        var total = Stopwatch.StartNew();
        var clock = Stopwatch.StartNew();
        var opening = Task.Run(() => new FeatureSource(backbone, runOptions, options.UseCache,
            options.ChooseFeatures ? [FeatureBank.Auto] : null, FeatureBank.Covering(options.Augment, options.TestViews)));
        var data = open();
        if (data.ClassNames.Count < 2)
            throw new WorkFailedException($"{data.Root}: at least two classes are needed, and there {(data.ClassNames.Count == 1 ? $"is only '{data.ClassNames[0]}'" : "are none")}.");

        var hashes = DuplicateFinder.HashContents(data, context.Threads);
        Fingerprint = data.Fingerprint(hashes);
        var load = Lap(clock);

        IReadOnlyList<float>? weights = WeightsOf(data);
        using var source = opening.GetAwaiter().GetResult();
        var features = source.Compute(data, context, hashes);
        features = Features = features with { Weights = weights is null ? null : [.. features.Rows.Select(r => weights[r.Index])] };
        var featureSeconds = Lap(clock);

        // Splits are over the pictures that could be read; pictures with the same content stay on one side.
        var rowHashes = features.HashesOf(hashes);
        string[] labels = [.. features.Rows.Select(r => r.Label)];
        var groups = DuplicateFinder.Groups(rowHashes);
        var splits = options.Folds > 0
            ? StratifiedSplit.Folds(labels, options.Folds, context.Seed, groups)
            : [StratifiedSplit.TrainTest(labels, options.TestFraction, context.Seed, groups)];

        var searched = new PictureSearchData([features.Bank], data.ClassNames, groups: groups);
        List<EvaluationResult> tests = [];
        double trainSeconds = 0;
        double evaluateSeconds = 0;
        TransformerChain<LinearHeadTransformer>? head = null;
        using (var stage = context.Progress.Begin("training", splits.Count, options.Folds > 0 ? "folds" : "heads"))
        {
            foreach (var split in splits)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Lap(clock);
                Choose(features, searched, split.Train);

                // Folds start from zero: an earlier model may have seen the pictures that are held out here.
                head = FitHead(features, split.Train, data.ClassNames, options.Folds > 0 ? null : options.WarmStart);
                trainSeconds += Lap(clock);
                tests.Add(Score(head, features, split.Test));
                evaluateSeconds += Lap(clock);
                stage.Report(tests.Count);
            }
        }

        if (options.Folds > 0)
        {
            Lap(clock);
            Choose(features, searched, [.. Enumerable.Range(0, features.Rows.Count)]);
            head = FitHead(features, [.. Enumerable.Range(0, features.Rows.Count)], data.ClassNames, options.WarmStart);
            trainSeconds += Lap(clock);
        }

        Test = options.Folds > 0 ? [] : splits[0].Test;
        Model = Complete(features, head!);
        if (head!.LastTransformer.Abstention is { Coverage: 0 })
            context.Progress.Note($"note: no confidence gives a precision of {options.Head.TargetPrecision} on held-out pictures: the model abstains from everything");

        var result = options.Folds > 0 ? Evaluation.Mean(tests) : tests[0];
        return new TrainingResult
        {
            MicroAccuracy = result.MicroAccuracy,
            MacroAccuracy = result.MacroAccuracy,
            MacroF1 = result.MacroF1,
            LogLoss = result.LogLoss,
            Confusion = result.Confusion,
            Classes = result.Classes,
            PerClass = result.PerClass,
            Confidence = result.Confidence,
            Images = features.Rows.Count,
            Cached = features.Cached,
            Skipped = features.Skipped.Count,
            SkippedFiles = features.Skipped,
            TrainImages = options.Folds > 0 ? features.Rows.Count : splits[0].Train.Count,
            TestImages = result.Images,
            Folds = options.Folds > 0 ? [.. tests.Select((t, i) => new FoldResult(i + 1, t.MicroAccuracy, t.MacroAccuracy, t.LogLoss, t.Images))] : null,
            Backbone = backbone.Name,
            FeaturesFrom = Selection.Features,
            FeatureCount = features.Bank.CountOf(Selection.Features),
            FeatureProbe = _probe,
            Augment = options.Augment,
            TestViews = options.TestViews,
            Trainer = options.Trainer,
            Duplicates = [.. DuplicateFinder.Find(rowHashes).Select(set => set.Select(i => features.Rows[i].Path).ToArray())],
            Seconds = new StageSeconds { Load = load, Features = featureSeconds, Train = trainSeconds, Evaluate = evaluateSeconds, Total = total.Elapsed.TotalSeconds },
        };
    }

    /// <summary>What is saved: the chain with its class names, metrics and the data's fingerprint.</summary>
    public TrainedModel ToModel(TrainingResult result) => new()
    {
        Transformer = Model!,
        InputSchema = Features!.Data.ToDataView(_ml).Schema,
        Card = new ModelCard
        {
            ClassNames = result.Classes,
            DataFingerprint = Fingerprint,
            Metrics = new Dictionary<string, double>
            {
                ["microAccuracy"] = result.MicroAccuracy,
                ["macroAccuracy"] = result.MacroAccuracy,
                ["macroF1"] = result.MacroF1,
                ["logLoss"] = result.LogLoss,
            },
            Properties = new Dictionary<string, string> { ["trainer"] = options.Trainer, ["backbone"] = backbone.Name, ["seed"] = $"{context.Seed}", ["features"] = Selection.Features },
        },
    };

    /// <summary>The pictures of the held-out part; after cross-validation all of them.</summary>
    public IReadOnlyList<ImageRecord> TestPictures() =>
        [.. (Test.Count > 0 ? Test : Enumerable.Range(0, Features!.Rows.Count)).Select(i => new ImageRecord(Features!.Rows[i].Path, Features.Rows[i].Label))];

    // With 'auto' each fold chooses its features afresh, from its training pictures alone.
    private void Choose(FeatureTable features, PictureSearchData data, IReadOnlyList<int> pictures)
    {
        PictureSelection Select(string set) => new(features.Bank, set, options.Augment, options.TestViews);
        if (!options.ChooseFeatures)
        {
            _selection ??= Select(features.Bank.Backbone.FeaturesFrom);
            return;
        }

        var head = new LinearHeadOptions { Seed = context.Seed, Threads = context.Threads, Cancellation = context.Cancellation };
        _probe = FeatureProbe.Run(data, [.. FeatureBank.Candidates(features.Bank.Backbone).Select(Select)], pictures, head);
        _selection = Select(_probe.Chosen);
    }

    // The label is known in training only, so its mapping stays out of the model; the predicted key becomes a name again.
    private TransformerChain<ITransformer> Complete(FeatureTable features, TransformerChain<LinearHeadTransformer> head)
    {
        ITransformer names = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(head.Transform(features.TestView(_ml, Selection, [0])));
        return features.Featurizer(_ml, Selection.Backbone, runOptions).Append(head.LastTransformer).Append(names);
    }

    // Every fold knows every class in the same order, whether or not its part has a picture of it.
    private TransformerChain<LinearHeadTransformer> FitHead(FeatureTable features, IReadOnlyList<int> rows, IReadOnlyList<string> classes,
        LinearHeadWeights? start)
    {
        var view = features.TrainingView(_ml, Selection, rows);
        var keys = ClassKeys.Estimator(_ml, classes).Fit(view);
        return new TransformerChain<LinearHeadTransformer>(keys, HeadChoice.Create(_ml, options, context).Fit(keys.Transform(view), start));
    }

    /// <summary>A weight for each picture of the data set; null when all count alike.</summary>
    /// <exception cref="WorkFailedException">The column is missing, or a value is no weight.</exception>
    private float[]? WeightsOf(ImageDataSet data) => options.WeightColumn is not { } column ? null : [.. data.Records.Select(record =>
    {
        if (!record.Extra.TryGetValue(column, out var text)) { throw new WorkFailedException($"{data.Root}: --weights names '{column}', which is no column of a manifest here."); } return float.TryParse(text, CultureInfo.InvariantCulture, out var weight) && weight >= 0 && float.IsFinite(weight)
            ? weight
            : throw new WorkFailedException($"{record.Path}: the weight '{text}' is not a finite number of at least 0.");
    })];

    private EvaluationResult Score(TransformerChain<LinearHeadTransformer> head, FeatureTable features, IReadOnlyList<int> rows)
    {
        var classes = head.LastTransformer.GetLinearHead().ClassNames;
        var last = head.LastTransformer;
        var scored = head.Transform(features.TestView(_ml, Selection, rows));
        return Evaluation.Of(_ml.MulticlassClassification.Evaluate(scored), classes) with
        {
            Confidence = ConfidenceResult.Of(ConfidenceReport.Of(scored, last.Temperature, last.AnswerThreshold), last.Temperature, last.AnswerThreshold),
        };
    }

    private static double Lap(Stopwatch clock)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        return seconds;
    }
}

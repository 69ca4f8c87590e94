using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Models;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Jobs;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>From a labelled data set to a trained and tested model: features once, then a head for each fold or split.</summary>
/// <remarks>
/// The model is the chain that the same estimators give when they are fitted one after the other: labels to keys, pictures,
/// backbone, linear head, predicted keys to names. Pictures with the same content stay on one side of every split. A job keeps
/// nothing from one run to the next.
/// </remarks>
/// <example>
/// <code>
/// var job = new TrainingJob(new TrainingOptions { Backbone = BackboneCatalog.Resolve("bootstrap-resnet"), Folds = 5, Seed = 1
/// });
/// TrainingResult result = job.Run(DataSource.Open("photos"));
/// result.Save("flowers.mlp");
/// Console.WriteLine(result.Evaluation?.MicroAccuracy);
/// </code>
/// </example>
public sealed class TrainingJob
{
    private const string Pooled = "pooled";

    private readonly TrainingOptions _options;
    private readonly Backbone _backbone;

    /// <summary>Makes the job.</summary>
    /// <exception cref="BackboneException">The backbone does not have the features.</exception>
    /// <exception cref="JobException">The options ask for what there is not for layers that are trained on.</exception>
    public TrainingJob(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        if (options.FineTuning is not null)
            CheckFineTuning(options);
        var backbone = options.FineTuning?.GlobalPooling == true ? options.Backbone.WithGlobalPooling() : options.Backbone;
        _backbone = options.Features is null or FeatureBank.Auto ? backbone : backbone.WithFeatures(options.Features);
    }

    /// <summary>Trains and tests.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Told the stages "features" and "training"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">There are fewer than two classes, no picture could be read, the test set has classes that
    /// the training pictures lack, or the column of weights is missing or holds what is no weight.</exception>
    /// <exception cref="DataSourceException">A class has too few pictures for the folds, or pictures cannot be read and are not
    /// to be skipped; all of them are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public TrainingResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        JobFeatures.RequireClasses(data);
        progress ??= JobProgress.None;
        var (total, clock) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var ml = new MLContext(_options.Seed);
        List<SkippedImage> leftOut = [];
        var test = JobFeatures.OtherPart(data, data.Test, _options, leftOut);
        var hasFolds = _options.Folds > 0;
        if (test is not null && hasFolds)
        {
            throw new JobException($"{data.ManifestPath ?? data.Root}: the data set has a test set of its own, which a "
                + "cross-validation would not use: leave the folds out, or give the pictures to train on alone.");
        }

        if (data.Validation is { } unused)
        {
            progress.Note($"note: the {unused.Records.Count} pictures to choose by are not used: what there is to choose is "
                + "chosen by cross-validation on the training pictures");
        }

        var weights = WeightsOf(data);
        var choosing = _options.Features == FeatureBank.Auto;
        var kept = _options.FineTuning is { } trained ? KeptFor(trained) : null;
        using var extractor = HasFeatures
            ? JobFeatures.Open(_backbone, _options, choosing ? [FeatureBank.Auto] : null) : null;
        var load = Lap(clock);
        var features = FeaturesOf(ml, data, extractor, kept, FeatureBank.Covering(_options.Augment, _options.TestViews), weights,
            progress, cancellation);
        var held = test is null ? null : FeaturesOf(ml, test, extractor, kept?.WithRoom(0),
            FeatureBank.Covering(_options.TestViews), null, progress, cancellation);
        var featureSeconds = Lap(clock);

        string[] labels = [.. features.Rows.Select(r => r.Label)];
        var groups = features.Groups;
        int[] all = [.. Enumerable.Range(0, labels.Length)];
        var splits = hasFolds
            ? StratifiedSplit.Folds(labels, _options.Folds, _options.Seed, groups)
            : [held is not null || _options.TestFraction == 0 ? new DataSplit(all, []) : HoldOut(features)];
        var searched = kept is null ? new PictureSearchData([features.Bank], features.ClassNames, groups: groups) : null;
        var options = HeadOptions(cancellation);
        (double train, double evaluate) = (0, 0);
        List<EvaluationMetrics> tests = [];
        List<EvaluatedPicture> answers = [];
        FittedHead? fitted = null;
        using (var stage = progress.Begin("training", splits.Count, hasFolds ? "folds" : "heads"))
        {
            foreach (var split in splits)
            {
                // Folds start from zero: an earlier model may have seen the pictures that are held out here.
                cancellation.ThrowIfCancellationRequested();
                Lap(clock);
                fitted = searched is not null
                    ? Fit(features, searched, options, split.Train, hasFolds ? null : _options.WarmStart)
                    : FineTune(features, data, kept!, options, split.Train, hasFolds ? $"fold-{tests.Count + 1}" : "training",
                        progress, cancellation);
                train += Lap(clock);
                if (searched is null)
                {
                    var shown = held is not null ? test : data.Subset(split.Test.Select(i => features.Rows[i].Index));
                    if (shown!.Records.Count > 0)
                    {
                        using var tuned = JobFeatures.Open(fitted.Selection.Backbone, _options with { UseCache = false });
                        tests.Add(features.TestOn(JobFeatures.Compute(ml, shown, tuned, _options, progress,
                            cancellation: cancellation), fitted.Selection, fitted.Head, answers));
                    }
                }
                else if (held is not null)
                {
                    tests.Add(features.TestOn(held, fitted.Selection, fitted.Head, answers));
                }
                else if (split.Test.Count > 0)
                {
                    tests.Add(features.Test(fitted.Selection, fitted.Head, split.Test, answers));
                }

                evaluate += Lap(clock);
                stage.Report(Math.Max(1, tests.Count));
            }

            if (hasFolds)
            {
                fitted = searched is not null ? Fit(features, searched, options, all, _options.WarmStart)
                    : FineTune(features, data, kept!, options, all, "training", progress, cancellation);
                train += Lap(clock);
            }
        }

        if (fitted!.Head.LastTransformer.Abstention is { Coverage: 0 })
        {
            progress.Note($"note: no confidence gives a precision of {options.TargetPrecision} on held-out pictures: "
                + "the model abstains from everything");
        }

        var evaluation = hasFolds ? EvaluationMetrics.Mean(tests) : tests.SingleOrDefault();
        string[] untested = evaluation is null ? []
            : [.. evaluation.PerClass.Where(c => c.Support == 0).Select(c => c.Name)];
        if (evaluation is null)
            progress.Note("note: trained on all pictures: nothing was tested, and no accuracy is known");
        else if (untested.Length > 0)
            progress.Note($"note: not tested, as no picture of them is left for it: {NameList.Of(untested)}");
        ImageRecord[] tested = held is null
            ? [.. (hasFolds ? all : splits[0].Test).Select(i => data.Records[features.Rows[i].Index])]
            : [.. held.Rows.Select(r => test!.Records[r.Index])];
        var result = new TrainingResult
        {
            Evaluation = evaluation,
            StartTrainedOn = StartTrainedOn(
                held?.RowHashes ?? [.. splits.SelectMany(s => s.Test).Select(i => features.RowHashes[i])]),
            UntestedClasses = untested,
            SharedPictures = held is null ? [] : features.SharedWith(held, progress),
            Images = all.Length + (held?.Rows.Count ?? 0),
            Cached = (held ?? features).Cached,
            SkippedFiles = [.. features.Skipped, .. held?.Skipped ?? [], .. leftOut],
            IgnoredFiles = data.Ignored,
            LabelConflicts = features.LabelConflicts,
            TrainImages = hasFolds ? all.Length : splits[0].Train.Count,
            Folds = hasFolds
                ? [.. tests.Select((t, i) => new FoldResult(i + 1, t.MicroAccuracy, t.MacroAccuracy, t.LogLoss, t.TestImages))]
                : null,
            Backbone = fitted.Selection.Backbone.Name,
            TrainedLayers = _options.FineTuning?.Layers,
            Epochs = fitted.Epochs,
            FeaturesFrom = fitted.Selection.Features,
            PreprocessingEvidence = fitted.Selection.Backbone.PreprocessingEvidence,
            FeatureCount = features.Bank.CountOf(fitted.Selection.Features),
            FeatureProbe = fitted.Probe,
            Augment = _options.Augment,
            TestViews = _options.TestViews,
            Trainer = TrainerName,
            Duplicates = [.. DuplicateFinder.Find(features.RowHashes)
                .Select(set => set.Select(i => features.Rows[i].Path).ToArray())],
            Trained = Trained(features, fitted, data, evaluation, hasFolds ? new DataSplit(all, []) : splits[0], held),
            TestPictures = tested,
            Answers = answers,
            Seconds = new StageSeconds(load, featureSeconds, train, evaluate, total.Elapsed.TotalSeconds),
        };
        if (evaluation is not null && result.StartTrainedOn != 0)
            progress.Note($"warning: {result.Trust}");
        return result;
    }

    /// <summary>Tries learning rates for the layers that <see cref="TrainingOptions.FineTuning"/> names, from very small ones up,
    /// on all pictures (Smith 2017, section 3.3). Nothing is trained by it.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Told the stages "features" and "learning rate"; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">No layers are named, or they cannot be trained.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LearningRateCurve FindLearningRate(
        ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        JobFeatures.RequireClasses(data);
        progress ??= JobProgress.None;
        var tuning = _options.FineTuning
            ?? throw new JobException("Learning rates are for layers of the network: name them by the option FineTuning.");
        var kept = KeptFor(tuning);
        using var extractor = HasFeatures ? JobFeatures.Open(_backbone, _options) : null;
        var features = FeaturesOf(new MLContext(_options.Seed), data, extractor, kept, Augmentations.None, WeightsOf(data),
            progress, cancellation);
        return new FineTuner(tuning, _options.Seed, _options.Run.Threads, progress, cancellation).FindRate(
            TaskOf(_backbone, features, kept, HeadOptions(cancellation), [.. Enumerable.Range(0, features.Rows.Count)], ""));
    }

    // A network that no head is trained on first shows what it makes of pictures only when it is trained.
    private bool HasFeatures => _options.FineTuning is null or { HeadFirst: true };

    private string TrainerName => HasFeatures ? NameOf(_options.Head.Solver)
        : _options.FineTuning!.Optimizer.ToString().ToLowerInvariant();

    private KeptPictures KeptFor(FineTuningOptions tuning) => new(_backbone.Preprocessing, _options.Run.Decode,
        tuning.Augmentation.BeginsPrepared, KeptPictures.RoomFor(tuning));

    private JobFeatures FeaturesOf(MLContext ml, ImageDataSet data, CachedFeatureExtractor? extractor, KeptPictures? kept,
        Augmentations views, float[]? weights, IJobProgress progress, CancellationToken cancellation) => extractor is null
        ? JobFeatures.Read(ml, data, _backbone, kept!, _options.FineTuning!.Layers == FineTuningOptions.Scratch, _options,
            progress, weights, cancellation)
        : JobFeatures.Compute(ml, data, extractor, _options, progress, views, weights: weights, cancellation: cancellation);

    private LinearHeadOptions HeadOptions(CancellationToken cancellation) =>
        _options.Head with { Seed = _options.Seed, Threads = _options.Run.Threads, Cancellation = cancellation };

    private bool HasTeacher => _options.FineTuning?.Teacher is not null;

    /// <summary>The pictures of the model that this one starts or learns from; null when they are not known.</summary>
    private PictureDigests? KnownBefore => _options.FineTuning?.Teacher is { } teacher ? teacher.Card.TrainingPictures
        : _options.WarmStartPictures;

    private int? StartTrainedOn(IReadOnlyList<string?> tested)
    {
        // Heads that are tested on folds start from zero; a teacher teaches them all.
        if (!HasTeacher && (_options.WarmStart is null || _options.Folds > 0))
            return 0;
        return KnownBefore is { } known ? tested.Count(hash => hash is not null && known.Contains(hash)) : null;
    }

    // A class with one picture is trained on, and not tested.
    private DataSplit HoldOut(JobFeatures features)
    {
        var classOf = features.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        return StratifiedSplit.TrainTest([.. features.Rows.Select(r => classOf[r.Label])], _options.TestFraction, _options.Seed,
            features.Groups, null);
    }

    internal static string NameOf(HeadSolver solver) => solver.ToString().ToLowerInvariant();

    // With 'auto' each fold chooses its features afresh, from its training pictures alone.
    private FittedHead Fit(JobFeatures features, PictureSearchData data, LinearHeadOptions options, IReadOnlyList<int> pictures,
        LinearHeadWeights? start)
    {
        PictureSelection Select(string set) => new(features.Bank, set, _options.Augment, _options.TestViews);
        FeatureProbeResult? probe = null;
        if (_options.Features == FeatureBank.Auto)
        {
            var plain = new LinearHeadOptions
            {
                Seed = options.Seed,
                Threads = options.Threads,
                Cancellation = options.Cancellation
            };
            probe = FeatureProbe.Run(data, [.. FeatureBank.Candidates(features.Bank.Backbone).Select(Select)], pictures, plain);
        }

        var selection = Select(probe?.Chosen ?? features.Bank.Backbone.FeaturesFrom);
        return new FittedHead(selection, probe, features.Fit(selection, options, pictures, start));
    }

    private FittedHead FineTune(JobFeatures features, ImageDataSet data, KeptPictures kept, LinearHeadOptions options,
        IReadOnlyList<int> pictures, string name, IJobProgress progress, CancellationToken cancellation)
    {
        features.RequireReadClasses();
        var tuner = new FineTuner(_options.FineTuning!, _options.Seed, _options.Run.Threads, progress, cancellation);
        var tuned = tuner.Run(TaskOf(_backbone, features, kept, options, pictures, name) with
        {
            Files = _options.UseCache ? data.Subset(pictures.Select(i => features.Rows[i].Index)) : null,
            CacheFolder = _options.CacheFolder,
        });
        return new FittedHead(PooledOf(new FeatureBank(tuned.Backbone, Augmentations.None, [])), null,
            features.HeadOf(tuned.Head))
        { Epochs = tuned.Epochs };
    }

    private static PictureSelection PooledOf(FeatureBank bank) => new(bank, Pooled, Augmentations.None, Augmentations.None);

    /// <summary>The training of a network's layers and the head on some of the pictures, which are named by their
    /// places.</summary>
    internal static FineTuningTask TaskOf(Backbone network, JobFeatures features, KeptPictures kept, LinearHeadOptions options,
        IReadOnlyList<int> pictures, string name)
    {
        var selection = PooledOf(features.Bank);
        var backbone = features.Inputs.Count == 0 ? network
            : InputMeasure.Apply(network, [.. pictures.Select(i => features.Inputs[i])]);
        var classOf = features.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] labels = [.. pictures.Select(i => classOf[features.Rows[i].Label])];
        var weights = LinearHead.Weighted(
            new FeatureMatrix(new float[labels.Length], 1, labels, features.ClassNames, features.WeightsOf(pictures)), options);
        float[]? counts = options.BalanceClasses || options.ClassWeights is not null || features.WeightsOf([]) is not null
            ? [.. Enumerable.Range(0, labels.Length).Select(weights.WeightOf)] : null;
        return new FineTuningTask
        {
            Backbone = backbone,
            ClassNames = features.ClassNames,
            FitHead = places =>
                features.Fit(selection, options, places.Select(place => pictures[place])).LastTransformer.GetLinearHead(),
            MeasureFeatures = places => JobFeatures.StatisticsOf(selection, places.Select(place => pictures[place])),
            Pictures = new TrainingPictures(backbone, kept, [.. pictures.Select(i => features.Pictures[i])], labels,
                features.ClassNames.Count, counts, options.Seed, options.Threads),
            Groups = [.. pictures.Select(i => features.Groups[i])],
            Name = name,
            Fingerprint = Digest([.. features.ClassNames, .. pictures.Zip(labels, (picture, label) =>
                $"{features.RowHashes[picture] ?? features.Rows[picture].Path} {label}"),
                .. counts?.Select(c => c.ToString(CultureInfo.InvariantCulture)) ?? [],
                $"{options with { ClassWeights = null, Threads = 0, Progress = null, Cancellation = default }}"]),
        };
    }

    private static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));

    /// <exception cref="JobException">The options ask for what there is not.</exception>
    internal static void CheckFineTuning(TrainingOptions options)
    {
        var there = options switch
        {
            { Features: not null and not Pooled } => "other features than the pooled ones",
            { Backbone.FeaturesFrom: not Pooled } => "other features than the pooled ones",
            { Augment: not Augmentations.None } => "fixed views to train on (random ones are shown already)",
            { TestViews: not Augmentations.None } => "views to average over in use",
            { Head.Calibrate: true } or { Head.TargetPrecision: not null } => "calibration and abstention",
            { Head.Solver: HeadSolver.Svm } => "support vector machines",
            { WarmStart: not null } => "an earlier head to start from",
            { FineTuning: { Layers: FineTuningOptions.Scratch, HeadFirst: true } } =>
                "heads to train first where the network is random (begin with FineTuningOptions.FromScratch)",
            { Run.Runtime: not null and not MlPipeline.Engine.Runtimes.ManagedRuntime } => "other runtimes than the managed one",
            _ => null,
        };
        if (there is not null)
            throw new JobException($"Where layers of the network are trained, there are no {there}; leave that out.");
    }

    private TrainedModel Trained(
        JobFeatures features, FittedHead fitted, ImageDataSet data, EvaluationMetrics? evaluation, DataSplit split,
        JobFeatures? held) => new()
        {
            Transformer = features.Chain(fitted.Selection, fitted.Head),
            InputSchema = features.InputSchema,
            Card = new ModelCard
            {
                ClassNames = features.ClassNames,
                DataFingerprint = data.Fingerprint(features.ContentHashes),
                HeldOutFiles = [.. (held?.Rows ?? split.Test.Select(i => features.Rows[i]))
                    .Select(r => Path.GetRelativePath(data.Root, r.Path))],
                HeldOutPictures = held?.DigestsOf(Enumerable.Range(0, held.Rows.Count)) ?? features.DigestsOf(split.Test),
                TrainingPictures = _options.WarmStart is null && !HasTeacher ? features.DigestsOf(split.Train)
                    : KnownBefore?.With(features.DigestsOf(split.Train)),
                TrainingFeatures = fitted.Epochs is null ? JobFeatures.StatisticsOf(fitted.Selection, split.Train) : null,
                Metrics = evaluation?.ForCard() ?? new Dictionary<string, double>(),
                Properties = new Dictionary<string, string>
                {
                    ["trainer"] = TrainerName,
                    ["backbone"] = fitted.Selection.Backbone.Name,
                    ["seed"] = $"{_options.Seed}",
                    ["features"] = fitted.Selection.Features,
                },
            },
        };

    private float[]? WeightsOf(ImageDataSet data) =>
        _options.WeightColumn is { } column ? [.. data.Records.Select(record => WeightOf(data, record, column))] : null;

    private static float WeightOf(ImageDataSet data, ImageRecord record, string column)
    {
        if (!record.Extra.TryGetValue(column, out var text))
        {
            throw new JobException($"{data.ManifestPath ?? data.Root}: '{column}', which should hold the pictures' weights, is "
                + "no column of a manifest here.");
        }

        return PlainNumber.TryParse<float>(text.AsSpan().Trim(), out var weight) && weight >= 0 ? weight
            : throw new JobException($"{data.ManifestPath}, line {record.Line}: the weight '{text}' in the column '{column}' is "
                + "no number of at least 0 with a decimal point, such as 0.5.");
    }

    private static double Lap(Stopwatch clock)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        return seconds;
    }

    private sealed record FittedHead(PictureSelection Selection, FeatureProbeResult? Probe,
        TransformerChain<LinearHeadTransformer> Head)
    {
        public IReadOnlyList<EpochResult>? Epochs { get; init; }
    }
}

using System.Diagnostics;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Jobs;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Recipe.Network;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>Follows the training recipe on a data set: features once, then the seven steps of <see cref="TrainingRecipe"/>, on a
/// head or on the layers that are to be trained, and the choice of the way to transfer.</summary>
public sealed class RecipeJob
{
    /// <summary>Pictures on which the network's own classifier is asked how sure it is.</summary>
    private const int OwnClassifierPictures = 200;

    // Features of more depths take several times the memory, and a pass of their own.
    private const int MostForDepths = 5000;

    // Where layers are trained: enough pictures for curves that say something; of many classes, some of each.
    private const int StepPictures = 160;
    private const int StepPicturesOfAClass = 15;

    private const int MostFolds = 5;

    // Where ways are compared that train layers, all ways are on fewer pictures.
    private const int PicturesOfLayers = 1000;

    private const int Steps = 9;
    private const string Pooled = "pooled";

    private readonly RecipeJobOptions _options;
    private readonly Backbone _backbone;

    /// <summary>Makes the job.</summary>
    /// <exception cref="JobException">The options ask for what there is not where layers are trained.</exception>
    public RecipeJob(RecipeJobOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _backbone = options.Backbone;
        if (options.FineTuning is not { } training)
            return;
        TrainingJob.CheckFineTuning(new TrainingOptions
        {
            Backbone = options.Backbone,
            FineTuning = training,
            Run = options.Run,
        });
        if (training.Teacher is not null)
        {
            throw new JobException("The recipe has no teacher, which may know the pictures that ways to train are compared on; "
                + "leave it out.");
        }

        if (training.GlobalPooling)
            _backbone = _backbone.WithGlobalPooling();
    }

    /// <summary>Follows the recipe.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Told the stages "features", "own classifier" and "recipe"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">There are fewer than two classes, or no picture could be read.</exception>
    /// <exception cref="DataSourceException">A class has fewer than two pictures, or pictures cannot be read and are not to be
    /// skipped; all of them are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public RecipeJobResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        JobFeatures.RequireClasses(data);
        progress ??= JobProgress.None;
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(_options.Seed);
        var own = _backbone.FeaturesFrom;
        var deeper = own == Pooled && data.Records.Count <= MostForDepths ? Deeper(_backbone) : null;
        using var extractor = JobFeatures.Open(_backbone, _options, deeper is null ? [own] : [own, deeper]);
        var features = JobFeatures.Compute(ml, data, extractor, _options, progress, cancellation: cancellation);
        var (confidence, isOwnRight) = AskOwnClassifier(ml, data, progress, cancellation);
        var featureSeconds = clock.Elapsed.TotalSeconds;
        using var stage = progress.Begin("recipe", Steps, "steps");
        var (matrix, options) = (DataOf(data, features, own), _options.Recipe with
        {
            Seed = _options.Seed,
            Threads = _options.Run.Threads,
            Progress = (step, name) => stage.Report(step - 1, $", {name}"),
        });
        LinearHeadOptions head = new()
        {
            Seed = _options.Seed,
            Threads = _options.Run.Threads,
            Cancellation = cancellation,
        };
        var layers = _options.FineTuning is { } training ? LayersOf(features, training, head, options) : null;
        var recipe = layers is null ? new TrainingRecipe(matrix, options) : new TrainingRecipe(matrix, layers, options)
        {
            Preparation = PreparationCheck.Of(_backbone,
                PreprocessingProbe.Run(_backbone, data, _options.Run, _options.Seed, cancellation)),
        };
        double? accuracy = isOwnRight.Count == 0 ? null : isOwnRight.Values.Count(right => right) / (double)isOwnRight.Count;
        var followed = recipe.Run(confidence, accuracy, cancellation);
        stage.Report(Steps - 1);
        var folds = AdviceMeter.FoldsOf(features, _options.Seed, MostFolds, layers is null ? int.MaxValue : PicturesOfLayers);
        var heads = new AdviceMeter(features, head, folds);
        var measured = heads.Measure(own, deeper, isOwnRight);
        if (layers is not null)
        {
            measured = [.. measured, .. new LayersMeter(features, _options, head, folds)
                .Measure(ml, data, _backbone, heads.IsDefaultRight, progress)];
        }

        var advice = RecipeAdvice.From(measured);
        stage.Report(Steps);
        return new RecipeJobResult
        {
            Recipe = followed with { Transfer = followed.Transfer.Against(advice) },
            Advice = advice,
            Backbone = _backbone.Name,
            TrainedLayers = _options.FineTuning?.Layers,
            StepImages = layers?.Labels.Count ?? features.Rows.Count,
            Classes = features.ClassNames,
            Images = features.Rows.Count,
            Cached = features.Cached,
            SkippedFiles = features.Skipped,
            IgnoredFiles = data.Ignored,
            LabelConflicts = features.LabelConflicts,
            FeatureSeconds = featureSeconds,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    /// <summary>What the steps are followed on where layers are trained: a part of the pictures.</summary>
    private LayersModel LayersOf(JobFeatures features, FineTuningOptions training, LinearHeadOptions head, RecipeOptions options)
    {
        string[] labels = [.. features.Rows.Select(r => r.Label)];
        var wanted = Math.Max(StepPictures, StepPicturesOfAClass * features.ClassNames.Count);
        var chosen = wanted >= labels.Length ? [.. Enumerable.Range(0, labels.Length)]
            : StratifiedSplit.TrainTest(labels, wanted / (double)labels.Length, options.Seed, features.Groups).Test;
        var kept = new KeptPictures(_backbone.Preprocessing, _options.Run.Decode, prepares: true, KeptPictures.RoomFor(training));
        return new LayersModel(TrainingJob.TaskOf(_backbone, features, kept, head, chosen, "recipe"), training, options);
    }

    // The same picture twice stays on one side of every split.
    private static FeatureMatrix DataOf(ImageDataSet data, JobFeatures features, string set)
    {
        var selection = new PictureSelection(features.Bank, set, Augmentations.None, Augmentations.None);
        var classOf = features.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        return new FeatureMatrix([.. Enumerable.Range(0, features.Rows.Count).SelectMany(selection.TestRowOf)],
            features.Bank.CountOf(set),
            [.. features.Rows.Select(row => classOf[row.Label])], features.ClassNames,
            groups: [.. features.Groups]);
    }

    // The three deepest stages together, or two where there are no more.
    private static string? Deeper(Backbone backbone) => FeatureBank.Candidates(backbone)
        .Where(set => set.Contains('+') && !set.Contains(':')).Take(2).LastOrDefault();

    /// <summary>How sure the network's own classifier is, and for which pictures it is right, if its class names are those of the
    /// data.</summary>
    private (double? Confidence, IReadOnlyDictionary<string, bool> IsRight) AskOwnClassifier(MLContext ml, ImageDataSet data,
        IJobProgress progress, CancellationToken cancellation)
    {
        var backbone = _backbone;
        if (backbone.OutputKind is not (NetworkOutputs.Softmax or NetworkOutputs.Logits) || backbone.ClassCount < 2)
            return (null, new Dictionary<string, bool>());
        var count = Math.Min(OwnClassifierPictures, data.Records.Count);
        var images = data.Subset(Enumerable.Range(0, count).Select(i => (int)((long)i * data.Records.Count / count)))
            .ToDataView(ml);
        using var network = ml.Transforms.ApplyBackbone(backbone, featuresColumnName: null, logitsColumnName: "Logits",
            options: _options.Run).Fit(images);
        var scored = network.Transform(images);
        var named = data.ClassNames.All(name => backbone.ClassNames.Contains(name, StringComparer.OrdinalIgnoreCase));
        Dictionary<string, bool> isRight = new(StringComparer.Ordinal);
        double sure = 0;
        var done = 0;
        using var stage = progress.Begin("own classifier", count);
        foreach (var row in ml.Data.CreateEnumerable<LogitsRow>(scored, reuseRowObject: true))
        {
            cancellation.ThrowIfCancellationRequested();
            var top = row.Logits.Max();
            sure += 1 / row.Logits.Sum(logit => Math.Exp(logit - top));
            if (named)
            {
                isRight[row.ImagePath] = string.Equals(backbone.ClassNames[Array.IndexOf(row.Logits, top)], row.Label,
                    StringComparison.OrdinalIgnoreCase);
            }

            stage.Report(++done);
        }

        return (done == 0 ? null : sure / done, isRight);
    }

    private sealed class LogitsRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";

        [VectorType]
        public float[] Logits { get; set; } = [];
    }
}

using System.Diagnostics;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Jobs;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline;

/// <summary>Follows the training recipe on a data set: features once, then the seven steps of <see cref="TrainingRecipe"/> and
/// the
/// choice of the way to transfer.</summary>
public sealed class RecipeJob
{
    /// <summary>Pictures on which the network's own classifier is asked how sure it is.</summary>
    private const int OwnClassifierPictures = 200;

    private const int Steps = 8;

    private readonly RecipeJobOptions _options;

    /// <summary>Makes the job.</summary>
    public RecipeJob(RecipeJobOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Follows the recipe.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Told the stages "features", "own classifier" and "recipe"; null for nobody.</param>
    /// <param name="cancellation">Stops the job.</param>
    /// <exception cref="JobException">There are fewer than two classes, or no picture could be read.</exception>
    /// <exception cref="DataSourceException">A class has fewer than two pictures.</exception>
    /// <exception cref="BadImageException">A picture cannot be read, and is not to be skipped.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public RecipeJobResult Run(ImageDataSet data, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        JobFeatures.RequireClasses(data);
        progress ??= JobProgress.None;
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(_options.Seed);
        using var extractor = JobFeatures.Open(_options.Backbone, _options);
        var features = JobFeatures.Compute(ml, data, extractor, _options, progress, cancellation: cancellation);
        var (confidence, accuracy) = AskOwnClassifier(ml, data, progress, cancellation);
        var featureSeconds = clock.Elapsed.TotalSeconds;
        using var stage = progress.Begin("recipe", Steps, "steps");
        var recipe = new TrainingRecipe(DataOf(data, features), _options.Recipe with
        {
            Seed = _options.Seed,
            Threads = _options.Run.Threads,
            Progress = (step, _) => stage.Report(step - 1),
        });
        return new RecipeJobResult
        {
            Recipe = recipe.Run(confidence, accuracy, cancellation),
            Backbone = _options.Backbone.Name,
            Classes = data.ClassNames,
            Images = features.Rows.Count,
            Cached = features.Cached,
            SkippedFiles = features.Skipped,
            FeatureSeconds = featureSeconds,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    // The same picture twice stays on one side of every split.
    private static FeatureMatrix DataOf(ImageDataSet data, JobFeatures features)
    {
        var classOf = data.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        return new FeatureMatrix([.. features.Rows.SelectMany(row => row.Features)], features.Rows[0].Features.Length,
            [.. features.Rows.Select(row => classOf[row.Label])], data.ClassNames,
            groups: [.. DuplicateFinder.Groups(features.RowHashes)]);
    }

    /// <summary>How sure the network's own classifier is, and how often right if its class names are those of the data.</summary>
    private (double? Confidence, double? Accuracy) AskOwnClassifier(MLContext ml, ImageDataSet data, IJobProgress progress,
        CancellationToken cancellation)
    {
        var backbone = _options.Backbone;
        if (backbone.OutputKind is not (NetworkOutputs.Softmax or NetworkOutputs.Logits) || backbone.ClassCount < 2)
            return (null, null);
        var count = Math.Min(OwnClassifierPictures, data.Records.Count);
        var images = data.Subset(Enumerable.Range(0, count).Select(i => (int)((long)i * data.Records.Count / count)))
            .ToDataView(ml);
        using var network = ml.Transforms.ApplyBackbone(backbone, featuresColumnName: null, logitsColumnName: "Logits",
            options: _options.Run).Fit(images);
        var scored = network.Transform(images);
        var named = data.ClassNames.All(name => backbone.ClassNames.Contains(name, StringComparer.OrdinalIgnoreCase));
        double sure = 0, right = 0;
        var done = 0;
        using var stage = progress.Begin("own classifier", count);
        foreach (var row in ml.Data.CreateEnumerable<LogitsRow>(scored, reuseRowObject: true))
        {
            cancellation.ThrowIfCancellationRequested();
            var top = row.Logits.Max();
            sure += 1 / row.Logits.Sum(logit => Math.Exp(logit - top));
            right += string.Equals(backbone.ClassNames[Array.IndexOf(row.Logits, top)], row.Label,
                StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            stage.Report(++done);
        }

        return done == 0 ? (null, null) : (sure / done, named ? right / done : null);
    }

    private sealed class LogitsRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Logits { get; set; } = [];
    }
}

using MlPipeline.Data;

namespace MlPipeline.Pipeline;

/// <summary>
/// A trained image classifier ready to be used: load a model file, predict, explain. Predictions come in whole batches, in order,
/// and a bad picture gives an error for itself only. May be used from several threads at once.
/// </summary>
public sealed class ImageClassificationModel : IDisposable
{
    private const string ScoreColumn = "Score";
    private const string MapColumn = "__featureMap";

    private readonly MLContext _context = new();
    private readonly IReadOnlyList<ITransformer> _before;
    private readonly IReadOnlyList<ITransformer> _after;
    private readonly BackboneTransformer _backbone;
    private readonly ImageLoadingTransformer? _loader;
    private readonly ILinearHead? _head;
    private readonly ICalibratedHead? _calibrated;
    private readonly BackboneRunOptions _options;

    private ImageClassificationModel(TrainedModel model, BackboneRunOptions options)
    {
        Trained = model;
        _options = options with { BadImages = BadImagePolicy.Skip };
        var links = Flatten(model.Transformer).ToList();
        var place = links.FindIndex(t => t is BackboneTransformer);
        if (place < 0)
            throw new ArgumentException("The model has no backbone: it cannot classify images.", nameof(model));

        // Pictures are given as they are, so the step that loads them by path is left out.
        _loader = links.OfType<ImageLoadingTransformer>().FirstOrDefault();
        _before = [.. links.Take(place).Where(t => t != _loader)];
        _after = [.. links.Skip(place + 1)];
        _backbone = ((BackboneTransformer)links[place]).With(_options);
        _head = links.OfType<ILinearHead>().LastOrDefault();
        _calibrated = links.OfType<ICalibratedHead>().LastOrDefault();
        ClassNames = model.ClassNames;
    }

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The head's weights; null when it is not linear.</summary>
    public LinearHeadWeights? Head => _head?.GetLinearHead();

    /// <summary>The least score at which the model answers, chosen for a target precision; null when it always answers.</summary>
    public double? AnswerThreshold => _calibrated?.AnswerThreshold;

    /// <summary>What the head's scores were divided by to make its probabilities fit held-out pictures; 1 without
    /// calibration.</summary>
    public double Temperature => _calibrated?.Temperature ?? 1;

    /// <summary>What the model was loaded or made from.</summary>
    public TrainedModel Trained { get; }

    /// <summary>The network.</summary>
    public Backbone Backbone => _backbone.Backbone;

    /// <summary>Loads a model file after checking it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Batch, threads and runtime; the policy for bad images is always to report them.</param>
    /// <exception cref="ModelArchiveException">The file is missing, damaged, too new, or holds no image classifier.</exception>
    public static ImageClassificationModel Load(string path, BackboneRunOptions? options = null)
    {
        var model = ModelArchive.Load(path);
        try
        {
            return new ImageClassificationModel(model, options ?? new BackboneRunOptions());
        }
        catch (ArgumentException e)
        {
            throw new ModelArchiveException(path, "it holds no image classifier: there is no backbone in it", e);
        }
    }

    /// <summary>Wraps a model that was just trained.</summary>
    /// <param name="model">A chain with a backbone and a head that gives the column Score.</param>
    /// <param name="options">Batch, threads and runtime.</param>
    public static ImageClassificationModel From(TrainedModel model, BackboneRunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ImageClassificationModel(model, options ?? new BackboneRunOptions());
    }

    /// <summary>Classifies files, in order and lazily.</summary>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<string> paths) => Predict(paths.Select(PipelineImage.FromFile));

    /// <summary>Classifies pictures, in order and lazily.</summary>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<PipelineImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Run(images, _backbone, explain: null).Select(e => e.Prediction);
    }

    /// <summary>Classifies one picture.</summary>
    public ImagePrediction Predict(PipelineImage image) => Predict([image]).Single();

    /// <summary>The feature cache of the model's network; null when its features do not come from pictures as they are, by
    /// path.</summary>
    public CachedFeatureExtractor? OpenFeatureCache() =>
        _before.All(t => t is ValueToKeyMappingTransformer) && _loader is not null && _backbone is { FeaturesColumnName: not null, FeatureMapColumnName: null, LogitsColumnName: null }
            ? new CachedFeatureExtractor(Backbone, _options)
            : null;

    /// <summary>Classifies a data set's pictures, in order and lazily; those whose features are in the cache do not go through
    /// the network.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="cache">What <see cref="OpenFeatureCache"/> gave.</param>
    public IEnumerable<ImagePrediction> Predict(ImageDataSet pictures, CachedFeatureExtractor cache)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(cache);
        var scorer = new FeaturePredictions(_context, _after, _backbone.FeaturesColumnName!, ScoreColumn, Backbone.FeatureCount);
        var next = 0;
        foreach (var (row, scores) in scorer.Score(cache.Extract(pictures)))
        {
            for (; next < row.Index; next++)
                yield return Skipped(pictures.Records[next].Path);

            next++;
            yield return Scored(row.Path, scores);
        }

        for (; next < pictures.Records.Count; next++)
            yield return Skipped(pictures.Records[next].Path);

        ImagePrediction Skipped(string path) =>
            new() { Path = path, Error = cache.Skipped.FirstOrDefault(s => s.Path == path)?.Reason ?? "the picture could not be used" };
    }

    /// <summary>Classifies files and shows where their classes are seen, in order and lazily.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="className">The class to show; the predicted one when null.</param>
    /// <param name="method">The method; class activation mapping when null.</param>
    public IEnumerable<ImageExplanation> Explain(IEnumerable<string> paths, string? className = null, IHeatmapMethod? method = null) =>
        Explain(paths.Select(PipelineImage.FromFile), className, method);

    /// <summary>Classifies pictures and shows where their classes are seen, in order and lazily.</summary>
    /// <inheritdoc cref="Explain(IEnumerable{string}, string, IHeatmapMethod)"/>
    /// <param name="images">The pictures.</param>
    /// <param name="className">The class to show; the predicted one when null.</param>
    /// <param name="method">The method; class activation mapping when null.</param>
    /// <exception cref="InvalidOperationException">The model's head is not linear.</exception>
    /// <exception cref="BackboneException">The method is not right for the network.</exception>
    /// <exception cref="ArgumentException">There is no class of that name.</exception>
    public IEnumerable<ImageExplanation> Explain(IEnumerable<PipelineImage> images, string? className = null, IHeatmapMethod? method = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        var head = _head?.GetLinearHead()
            ?? throw new InvalidOperationException("This model has no linear head, so there is no exact map of what it looks at.");
        var computer = new HeatmapComputer(Backbone, head, method);
        var wanted = className is null ? -1 : head.IndexOf(className);
        return RunAndDispose(images, _backbone.With(_options, MapColumn), new Explainer(computer, wanted));
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose() => _backbone.Dispose();

    private IEnumerable<ImageExplanation> RunAndDispose(IEnumerable<PipelineImage> images, BackboneTransformer backbone, Explainer explain)
    {
        using (backbone)
        {
            foreach (var explanation in Run(images, backbone, explain))
                yield return explanation;
        }
    }

    private IEnumerable<ImageExplanation> Run(IEnumerable<PipelineImage> images, BackboneTransformer backbone, Explainer? explain)
    {
        // The pictures between the source and the answers: those of the blocks that are under way.
        var pending = new Queue<PipelineImage>();
        using var cursor = Open(images, pending, backbone, explain, out var columns);
        var next = 0L;
        while (cursor.MoveNext())
        {
            columns.Index(ref columns.CurrentIndex);
            while (next < columns.CurrentIndex)
            {
                yield return Failed(Dequeue(pending), backbone);
                next++;
            }

            var image = Dequeue(pending);
            next++;
            yield return Answer(image, columns, explain);
        }

        while (TryDequeue(pending) is { } image)
            yield return Failed(image, backbone);
    }

    private DataViewRowCursor Open(
        IEnumerable<PipelineImage> images, Queue<PipelineImage> pending, BackboneTransformer backbone, Explainer? explain, out Columns columns)
    {
        var definition = SchemaDefinition.Create(typeof(PredictionRow));
        definition[nameof(PredictionRow.Image)].ColumnName = _loader?.Output ?? backbone.InputColumnName;
        if (_loader is not null && _loader.Input != _loader.Output)
            definition[nameof(PredictionRow.ImagePath)].ColumnName = _loader.Input;

        var view = _context.Data.LoadFromEnumerable(Rows(images, pending), definition);
        foreach (var transformer in _before.Append(backbone).Concat(_after))
            view = transformer.Transform(view);

        var score = view.Schema.GetColumnOrNull(ScoreColumn)
            ?? throw new InvalidOperationException($"The model gives no column '{ScoreColumn}'; its columns are {string.Join(", ", view.Schema)}.");
        var index = view.Schema[PredictionRow.IndexColumn];
        var map = explain is null ? (DataViewSchema.Column?)null : view.Schema[MapColumn];
        var cursor = view.GetRowCursor(map is { } m ? [index, score, m] : [index, score]);
        columns = new Columns(
            cursor.GetGetter<long>(index), cursor.GetGetter<VBuffer<float>>(score), map is { } f ? cursor.GetGetter<VBuffer<float>>(f) : null);
        return cursor;
    }

    private static IEnumerable<PredictionRow> Rows(IEnumerable<PipelineImage> images, Queue<PipelineImage> pending)
    {
        var index = 0L;
        foreach (var image in images)
        {
            ArgumentNullException.ThrowIfNull(image);
            lock (pending)
                pending.Enqueue(image);

            yield return new PredictionRow { Index = index++, ImagePath = image.Path ?? "", Image = image };
        }
    }

    private ImageExplanation Answer(PipelineImage image, Columns columns, Explainer? explain)
    {
        columns.Score(ref columns.CurrentScore);
        var scores = columns.CurrentScore.DenseValues().ToArray();
        var prediction = Scored(image.Name, scores);
        if (explain is null)
            return new ImageExplanation(image, prediction, null);

        columns.Map!(ref columns.CurrentMap);
        var map = columns.CurrentMap.GetValues();
        var shown = explain.ClassIndex >= 0 ? explain.ClassIndex : explain.Computer.Head.IndexOf(prediction.Label!);
        return new ImageExplanation(image, prediction, explain.Computer.Compute(map, shown, image.GeometryWith(Backbone.Preprocessing)));
    }

    private ImagePrediction Scored(string path, float[] scores) => new()
    {
        Path = path,
        ClassNames = ClassNames.Count == scores.Length ? ClassNames : [.. scores.Select((_, i) => $"class {i}")],
        Scores = scores,
        AnswerThreshold = AnswerThreshold,
    };

    private static ImageExplanation Failed(PipelineImage image, BackboneTransformer backbone)
    {
        var reason = backbone.Skipped.TryGet(image.Name, out var skipped) && skipped is not null ? skipped.Reason : "the picture could not be used";
        return new ImageExplanation(image, new ImagePrediction { Path = image.Name, Error = reason }, null);
    }

    private static PipelineImage Dequeue(Queue<PipelineImage> pending) =>
        TryDequeue(pending) ?? throw new InvalidOperationException("The model gave more rows than it was given pictures.");

    private static PipelineImage? TryDequeue(Queue<PipelineImage> pending)
    {
        lock (pending)
            return pending.TryDequeue(out var image) ? image : null;
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) => transformer is not IArchivedTransformer && transformer is IEnumerable<ITransformer> chain
        ? chain.SelectMany(Flatten)
        : [transformer];

    private sealed record Explainer(HeatmapComputer Computer, int ClassIndex);

    private sealed class Columns(ValueGetter<long> index, ValueGetter<VBuffer<float>> score, ValueGetter<VBuffer<float>>? map)
    {
        public long CurrentIndex;
        public VBuffer<float> CurrentScore;
        public VBuffer<float> CurrentMap;

        public ValueGetter<long> Index => index;

        public ValueGetter<VBuffer<float>> Score => score;

        public ValueGetter<VBuffer<float>>? Map => map;
    }
}

using System.Collections.Concurrent;
using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline;

/// <summary>
/// A trained image classifier ready to be used: load a model file, predict, explain. Many pictures go through the network in
/// whole batches, in order, and a bad picture gives an error for itself only. May be used from any number of threads at once.
/// </summary>
public sealed class ImageClassificationModel : IDisposable
{
    private const string MapColumn = "__featureMap";

    private readonly PredictionChain _chain;
    private readonly PredictionLanes _lanes;
    private readonly Lazy<(BackboneTransformer Backbone, PredictionLanes Lanes)> _explaining;
    private readonly ICalibratedHead? _calibrated;
    private readonly Lazy<ExplainedHead> _explainedHead;

    // For each set of layers that was asked for.
    private readonly ConcurrentDictionary<string, Lazy<LayerGradients>> _gradients = new();
    private readonly BackboneRunOptions _options;

    private ImageClassificationModel(TrainedModel model, BackboneRunOptions options)
    {
        (Trained, _options) = (model, options);
        _chain = new PredictionChain(model, options);
        _lanes = new PredictionLanes(_chain, _chain.Backbone, null);
        _explaining = new(() =>
        {
            var backbone = _chain.Backbone.WithExplainedMap(MapColumn);
            return (backbone, new PredictionLanes(_chain, backbone, MapColumn));
        });
        _calibrated = _chain.After.OfType<ICalibratedHead>().LastOrDefault();
        ClassNames = model.Card.ClassNames.Count == _chain.ClassNames.Count ? model.Card.ClassNames : _chain.ClassNames;
        Head = LinearHeadWeights.FromScoreColumn(_chain.Mapper.OutputSchema[PredictionChain.ScoreColumn]);
        _explainedHead = new(ExplainedHeadOf);
    }

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The head's weights; null when it is not a linear head of this project.</summary>
    public LinearHeadWeights? Head { get; }

    /// <summary>The least score at which the model answers, chosen for a target precision; null when it always answers.</summary>
    public double? AnswerThreshold => _calibrated?.AnswerThreshold;

    /// <summary>What the head's scores were divided by to make its probabilities fit held-out pictures; 1 without
    /// calibration.</summary>
    public double Temperature => _calibrated?.Temperature ?? 1;

    /// <summary>What the model was loaded or made from.</summary>
    public TrainedModel Trained { get; }

    /// <summary>The network.</summary>
    public Backbone Backbone => _chain.Backbone.Backbone;

    internal PredictionChain Chain => _chain;

    /// <exception cref="InvalidOperationException">The head does not read the network's features.</exception>
    internal ExplainedHead ExplainedHead => _explainedHead.Value;

    /// <summary>Loads a model file after checking it.</summary>
    /// <param name="path">The file, written by <see cref="ModelFile"/> or by <c>mlContext.Model.Save</c>.</param>
    /// <param name="options">Batch, threads and runtime; the policy for bad images is always to report them.</param>
    /// <exception cref="ModelFileException">The file is missing, damaged, too new, or holds no image classifier.</exception>
    public static ImageClassificationModel Load(string path, BackboneRunOptions? options = null)
    {
        var model = ModelFile.Load(path);
        try
        {
            return new ImageClassificationModel(model, options ?? new BackboneRunOptions());
        }
        catch (ArgumentException e)
        {
            throw new ModelFileException(path, $"it holds no image classifier: {e.Message}", e);
        }
    }

    /// <summary>Wraps a model that was just trained.</summary>
    /// <param name="model">A chain with a backbone and a head that gives the column Score.</param>
    /// <param name="options">Batch, threads and runtime.</param>
    /// <exception cref="ArgumentException">It is no image classifier.</exception>
    public static ImageClassificationModel From(TrainedModel model, BackboneRunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ImageClassificationModel(model, options ?? new BackboneRunOptions());
    }

    /// <summary>Classifies one picture, on the calling thread.</summary>
    public ImagePrediction Predict(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Try(picture, () => _lanes.Run(picture, (scores, _) => Scored(picture.Name, scores)), p => p);
    }

    /// <summary>Classifies files, in batches, in order and lazily.</summary>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<string> paths) => Predict(paths.Select(Picture.FromFile));

    /// <summary>Classifies pictures, in batches, in order and lazily.</summary>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Run(pictures, _chain.Backbone, null, (picture, scores, _) => Scored(picture.Name, scores), (_, failed) => failed);
    }

    /// <summary>A way to predict in which the caller decodes pictures on threads of its own and puts batches together, for
    /// services. As many as wanted; dispose them before the model.</summary>
    /// <exception cref="ArgumentException">The model loads its pictures from files.</exception>
    public BatchPredictor CreateBatchPredictor() => new(_chain, Scored);

    /// <summary>The feature cache of the model's network; null when its features do not come from pictures as they are. A picture
    /// that cannot be read is a prediction with an error, as without a cache.</summary>
    /// <param name="folder">The folder of cache files; <see cref="CachedFeatureExtractor.DefaultFolder"/> when null.</param>
    public CachedFeatureExtractor? OpenFeatureCache(string? folder = null) =>
        _chain.IsDirect && _chain.Backbone is { FeaturesColumnName: not null, LogitsColumnName: null }
            ? new CachedFeatureExtractor(Backbone, _options with { BadImages = BadImagePolicy.Skip }, folder)
            : null;

    /// <summary>Classifies a data set's pictures, in order and lazily; those whose features are in the cache do not go through
    /// the network.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="cache">What <see cref="OpenFeatureCache"/> gave.</param>
    public IEnumerable<ImagePrediction> Predict(ImageDataSet pictures, CachedFeatureExtractor cache)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(cache);
        var scorer = ScorerOfFeatures(_chain.Backbone.FeaturesColumnName!);
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
            new()
            {
                Path = path,
                Error = cache.Skipped.FirstOrDefault(s => s.Path == path)?.Reason
                ?? "the picture could not be used"
            };
    }

    /// <summary>Classifies one picture and shows where a class is seen, on the calling thread.</summary>
    /// <inheritdoc cref="Explain(IEnumerable{Picture}, HeatmapRequest)"/>
    /// <param name="picture">The picture.</param>
    /// <param name="className">The class to show; the predicted one when null.</param>
    /// <param name="method">The method; the default one for the network's features when null.</param>
    public ImageExplanation Explain(Picture picture, string? className = null, IHeatmapMethod? method = null) =>
        Explain(picture, new HeatmapRequest { ClassName = className, Method = method });

    /// <summary>Classifies one picture and shows where a class is seen, on the calling thread.</summary>
    /// <inheritdoc cref="Explain(IEnumerable{Picture}, HeatmapRequest)"/>
    /// <param name="picture">The picture.</param>
    /// <param name="request">Which heatmap.</param>
    public ImageExplanation Explain(Picture picture, HeatmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var explainer = ExplainerFor(request);
        return Try(
            picture,
            () => _explaining.Value.Lanes.Run(picture, (scores, map) => explainer.Explain([Seen(picture, scores, map)]).Single()),
            failed => new ImageExplanation(picture, failed, null));
    }

    /// <summary>Classifies files and shows where their classes are seen, in batches, in order and lazily.</summary>
    /// <inheritdoc cref="Explain(IEnumerable{Picture}, HeatmapRequest)"/>
    /// <param name="paths">The files.</param>
    /// <param name="className">The class to show; the predicted one when null.</param>
    /// <param name="method">The method; the default one for the network's features when null.</param>
    public IEnumerable<ImageExplanation> Explain(IEnumerable<string> paths, string? className = null,
        IHeatmapMethod? method = null) =>
        Explain(paths.Select(Picture.FromFile), className, method);

    /// <summary>Classifies pictures and shows where their classes are seen, in batches, in order and lazily.</summary>
    /// <inheritdoc cref="Explain(IEnumerable{Picture}, HeatmapRequest)"/>
    /// <param name="pictures">The pictures.</param>
    /// <param name="className">The class to show; the predicted one when null.</param>
    /// <param name="method">The method; the default one for the network's features when null.</param>
    public IEnumerable<ImageExplanation> Explain(IEnumerable<Picture> pictures, string? className = null,
        IHeatmapMethod? method = null) =>
        Explain(pictures, new HeatmapRequest { ClassName = className, Method = method });

    /// <summary>Classifies pictures and shows where their classes are seen, in batches, in order and lazily.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="request">Which heatmaps.</param>
    /// <exception cref="InvalidOperationException">The model's head does not read the network's features alone.</exception>
    /// <exception cref="BackboneException">The method or a layer is not right for the network.</exception>
    /// <exception cref="ArgumentException">There is no class of that name.</exception>
    public IEnumerable<ImageExplanation> Explain(IEnumerable<Picture> pictures, HeatmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var explainer = ExplainerFor(request);
        return Explained(Run(pictures, _explaining.Value.Backbone, MapColumn, Seen,
            (picture, failed) => new ExplainedPicture(picture, failed, [])), explainer);
    }

    /// <summary>A picture before the model's network and head, to be scored with changes; it is read when it is first
    /// scored.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="InvalidOperationException">The model's head does not read the network's features alone.</exception>
    public IScoredPicture Scored(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return new ScoredPicture(_chain.Backbone, ExplainedHead, picture);
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose()
    {
        _lanes.Dispose();
        if (_explaining.IsValueCreated)
            _explaining.Value.Lanes.Dispose();
        foreach (var gradients in _gradients.Values)
        {
            if (gradients.IsValueCreated)
                gradients.Value.Dispose();
        }

        _chain.Backbone.Dispose();
    }

    private PictureExplainer ExplainerFor(HeatmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new PictureExplainer(_chain.Backbone, ExplainedHead, request, _gradients);
    }

    private ExplainedPicture Seen(Picture picture, float[] scores, VBuffer<float> featureMap) =>
        new(picture, Scored(picture.Name, scores), featureMap.GetValues().ToArray());

    private static IEnumerable<ImageExplanation> Explained(IEnumerable<ExplainedPicture> pictures, PictureExplainer explainer)
    {
        foreach (var some in pictures.Chunk(explainer.BatchSize))
        {
            using var made = explainer.Explain([.. some.Where(p => p.Prediction.Error is null)]).GetEnumerator();
            foreach (var picture in some)
            {
                yield return picture.Prediction.Error is null && made.MoveNext()
                    ? made.Current : new ImageExplanation(picture.Picture, picture.Prediction, null);
            }
        }
    }

    private ExplainedHead ExplainedHeadOf() => Head is { } head ? new LinearExplainedHead(head)
        : _chain.Backbone is { FeaturesColumnName: { } features, LogitsColumnName: null }
            ? new BlackBoxHead(ScorerOfFeatures(features), ClassNames, Backbone.FeatureCount)
            : throw new InvalidOperationException(
                "This model's head does not read the network's features alone, so that nothing tells where they come from.");

    /// <summary>What comes behind the backbone, for features that are at hand. Links that need more than features, such as a
    /// heatmap's map, have no part in the scores.</summary>
    private FeaturePredictions ScorerOfFeatures(string column) => new(new MLContext(),
        [.. _chain.After.Where(t => t is not HeatmapTransformer)], column, PredictionChain.ScoreColumn, Backbone.FeatureCount);

    private IEnumerable<T> Run<T>(
        IEnumerable<Picture> pictures, BackboneTransformer backbone, string? mapColumn,
        Func<Picture, float[], VBuffer<float>, T> answer, Func<Picture, ImagePrediction, T> fail)
    {
        // What a pass learns of its pictures goes with it, so that a model does not grow with what it has seen.
        backbone = backbone.ForOnePass();

        // The pictures between the source and the answers: those of the blocks that are under way.
        var pending = new ConcurrentQueue<Picture>();
        var view = _chain.Transform(pictures.Select(picture =>
        {
            ArgumentNullException.ThrowIfNull(picture);
            pending.Enqueue(picture);
            return picture;
        }), backbone);
        var (index, score) = (view.Schema[PictureDataView.IndexColumn], view.Schema[PredictionChain.ScoreColumn]);
        var map = mapColumn is null ? (DataViewSchema.Column?)null : view.Schema[mapColumn];
        using var cursor = view.GetRowCursor(map is { } m ? [index, score, m] : [index, score]);
        var (getIndex, getScore) = (cursor.GetGetter<long>(index), cursor.GetGetter<VBuffer<float>>(score));
        var getMap = map is { } f ? cursor.GetGetter<VBuffer<float>>(f) : null;
        VBuffer<float> scores = default, featureMap = default;
        for (long next = 0, at = 0; cursor.MoveNext(); next++)
        {
            for (getIndex(ref at); next < at; next++)
                yield return Failed(Dequeue(pending));
            getScore(ref scores);
            getMap?.Invoke(ref featureMap);
            yield return answer(Dequeue(pending), scores.DenseValues().ToArray(), featureMap);
        }

        while (pending.TryDequeue(out var picture))
            yield return Failed(picture);
        T Failed(Picture picture) => fail(picture, new ImagePrediction
        {
            Path = picture.Name,
            Error = backbone.Skipped.TryGet(picture.Name, out var skipped) && skipped is not null
                ? skipped.Reason : "the picture could not be used",
        });
    }

    private static T Try<T>(Picture picture, Func<T> run, Func<ImagePrediction, T> fail)
    {
        try
        {
            return run();
        }
        catch (BadImageException e)
        {
            return fail(new ImagePrediction { Path = picture.Name, Error = e.Reason });
        }
    }

    private ImagePrediction Scored(string path, float[] scores) =>
        new() { Path = path, ClassNames = ClassNames, Scores = scores, AnswerThreshold = AnswerThreshold };

    private static Picture Dequeue(ConcurrentQueue<Picture> pending) => pending.TryDequeue(out var picture)
        ? picture
        : throw new InvalidOperationException("The model gave more rows than it was given pictures.");
}

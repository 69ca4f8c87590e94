using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Makes heatmaps from feature maps: chooses the class, computes the map, places it in the original picture.</summary>
public sealed class HeatmapComputer
{
    private readonly float[] _pooled;
    private readonly float[] _scores;
    private float[]? _gradient;

    /// <summary>Makes a computer for a backbone's maps. Not for several threads at once.</summary>
    /// <param name="backbone">The network that makes the feature maps.</param>
    /// <param name="head">The linear head over its features. Of features from several depths the weights of the feature map's
    /// part are used: the maps show that part of the scores.</param>
    /// <param name="method">The method; when null, or the plain class activation mapping, the one that is exact for the
    /// pooling.</param>
    /// <exception cref="BackboneException">The method is not right for this network, or the head is not for its
    /// features.</exception>
    public HeatmapComputer(Backbone backbone, LinearHeadWeights head, IHeatmapMethod? method = null)
        : this(FeatureMapOrigin.Of(backbone), head, method)
    {
    }

    internal HeatmapComputer(FeatureMapOrigin origin, LinearHeadWeights head, IHeatmapMethod? method)
        : this(origin.Shape, PartOf(origin, head, method = MethodFor(origin, method)), method, origin.Pooling)
    {
    }

    /// <summary>Makes a computer for maps of a shape. Not for several threads at once.</summary>
    /// <param name="shape">The shape of the feature maps.</param>
    /// <param name="head">A linear head over the pooled map.</param>
    /// <param name="method">The method; class activation mapping when null.</param>
    public HeatmapComputer(FeatureMapShape shape, LinearHeadWeights head, IHeatmapMethod? method = null)
        : this(shape, head, method ?? new ClassActivationMapMethod(),
            method is null || method.Fits(MapPooling.Mean) ? MapPooling.Mean : MapPooling.Covariance)
    {
    }

    internal HeatmapComputer(FeatureMapShape shape, LinearHeadWeights head, IHeatmapMethod method, MapPooling pooling)
    {
        ArgumentNullException.ThrowIfNull(head);
        (Shape, Head, Method, Pooling) = (shape, head, method, pooling);
        _pooled = new float[MapPools.FeaturesOf(pooling, shape)];
        _scores = new float[head.ClassCount];
    }

    /// <summary>The shape of the feature maps.</summary>
    public FeatureMapShape Shape { get; }

    /// <summary>The method.</summary>
    public IHeatmapMethod Method { get; }

    /// <summary>The linear head over the pooled map.</summary>
    public LinearHeadWeights Head { get; }

    internal MapPooling Pooling { get; }

    /// <summary>The class that scores highest on the pooled map.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    public int HighestClass(ReadOnlySpan<float> featureMap)
    {
        MapPools.Pool(Pooling, featureMap, Shape, _pooled);
        var best = 0;
        for (var c = 0; c < _scores.Length; c++)
        {
            var score = Head.Biases[c];
            var weights = Head.WeightsOf(c);
            for (var k = 0; k < weights.Length; k++)
                score += weights[k] * _pooled[k];
            _scores[c] = score;
            best = score > _scores[best] ? c : best;
        }

        return best;
    }

    /// <summary>The heatmap of a class.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="classIndex">The class, by its index in the head.</param>
    /// <param name="geometry">Where the network's input lies in the original picture.</param>
    /// <param name="network">The picture and its network, for methods that run it again (see
    /// <see cref="IHeatmapMethod.RunsNetwork"/>); null (default) for none.</param>
    public Heatmap Compute(ReadOnlySpan<float> featureMap, int classIndex, ImageGeometry geometry, IScoredPicture? network = null)
    {
        var map = Compute(featureMap, [], new ShownClass(classIndex), network);
        return new Heatmap(map, Shape.Width, Shape.Height, Head.ClassNames[classIndex], geometry);
    }

    /// <summary>The map of a class.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="gradient">The gradient of the score by them, where the method reads it and it does not follow from the
    /// pooling; else empty.</param>
    /// <param name="shown">The class.</param>
    /// <param name="network">The picture and its network, for methods that run it again.</param>
    internal float[] Compute(ReadOnlySpan<float> featureMap, ReadOnlySpan<float> gradient, ShownClass shown,
        IScoredPicture? network)
    {
        if (Method.UsesGradient && gradient.IsEmpty && Pooling != MapPooling.None)
        {
            _gradient ??= new float[Shape.Length];
            MapPools.Gradient(Pooling, featureMap, Shape, Head.WeightsOf(shown.Index, shown.Against), _gradient);
            gradient = _gradient;
        }

        var map = new float[Shape.Height * Shape.Width];
        Method.Compute(new HeatmapInput
        {
            FeatureMap = featureMap,
            Shape = Shape,
            Pooling = Pooling,
            Head = Head,
            ClassIndex = shown.Index,
            AgainstIndex = shown.Against,
            Gradient = gradient,
            Network = network,
        }, map);
        return map;
    }

    /// <summary>Whoever asks for class activation mapping means the one that is exact for the network's features.</summary>
    internal static IHeatmapMethod MethodFor(FeatureMapOrigin origin, IHeatmapMethod? method) =>
        method is null or ClassActivationMapMethod ? HeatmapMethods.For(origin.Pooling) : method;

    private static LinearHeadWeights PartOf(FeatureMapOrigin origin, LinearHeadWeights head, IHeatmapMethod method)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (!method.Fits(origin.Pooling))
        {
            var fitting = HeatmapMethods.Names.Where(n => HeatmapMethods.ByName(n).Fits(origin.Pooling));
            throw new BackboneException(
                $"The method '{method.Name}' does not fit the features of '{origin.Backbone}'; "
                + $"{string.Join(", ", fitting)} do."
                + (origin.Pooling != MapPooling.None ? "" : " For an exact map use a network that ends in global average pooling "
                    + "(ResNet, GoogLeNet, SqueezeNet, ...), or a stage among the features."));
        }

        // A map that is no part of the features has no part of the head.
        if (origin.Pooling == MapPooling.None)
            return head;
        var count = MapPools.FeaturesOf(origin.Pooling, origin.Shape);
        if (head.FeatureCount == origin.FeatureCount)
            return head.Part(origin.Offset, count);
        return head.FeatureCount == count
            ? head
            : throw new BackboneException(
                $"The head has {head.FeatureCount} features, but the feature map of '{origin.Backbone}' is pooled to {count}.");
    }
}

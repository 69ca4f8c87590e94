using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>What a heatmap is made of.</summary>
public readonly ref struct HeatmapInput
{
    /// <summary>K x H x W numbers.</summary>
    public required ReadOnlySpan<float> FeatureMap { get; init; }

    /// <summary>K, H and W.</summary>
    public required FeatureMapShape Shape { get; init; }

    /// <summary>How the feature map became features.</summary>
    public required MapPooling Pooling { get; init; }

    /// <summary>The linear head over the pooled map; where the map is not pooled, over the network's features.</summary>
    public required LinearHeadWeights Head { get; init; }

    /// <summary>The class, by its index in the head.</summary>
    public required int ClassIndex { get; init; }

    /// <summary>A class whose score is taken off, so that the map shows what speaks for the one and against the other; null for
    /// none.</summary>
    public int? AgainstIndex { get; init; }

    /// <summary>The gradient of the class's score by the feature map, K x H x W numbers, for methods that read it
    /// (<see cref="IHeatmapMethod.UsesGradient"/>); else empty.</summary>
    public ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>The network, for methods that run it again; null where it is not at hand.</summary>
    public IScoredPicture? Network { get; init; }

    /// <summary>The places of the map: H x W.</summary>
    public int Places => Shape.Height * Shape.Width;

    /// <summary>The H x W numbers of one channel of the map.</summary>
    public ReadOnlySpan<float> Channel(int channel) => FeatureMap.Slice(channel * Places, Places);

    /// <summary>The head's weights whose product with the features is the score that is shown, but for a bias: those of the
    /// class, less those of <see cref="AgainstIndex"/>.</summary>
    public ReadOnlySpan<float> ClassWeights() => Head.WeightsOf(ClassIndex, AgainstIndex);

    /// <summary>The score that is shown, of a row of scores.</summary>
    /// <param name="scores">A score for each class of the head.</param>
    public float ScoreOf(ReadOnlySpan<float> scores) =>
        scores[ClassIndex] - (AgainstIndex is { } against ? scores[against] : 0);

    /// <summary>The probability that is shown, of a row of scores: that of the class among all, or of the class when the one
    /// that is taken off is the only other.</summary>
    /// <param name="scores">A score for each class of the head.</param>
    internal double ProbabilityOf(ReadOnlySpan<float> scores)
    {
        if (AgainstIndex is { } against)
            return 1 / (1 + Math.Exp((double)scores[against] - scores[ClassIndex]));
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp((double)score - scores[ClassIndex]);
        return 1 / sum;
    }

    /// <summary>The H x W numbers of one channel of the gradient.</summary>
    internal ReadOnlySpan<float> GradientOf(int channel) => Gradient.Slice(channel * Places, Places);

    /// <summary>Checks that the gradient is there, and that the numbers fit together.</summary>
    /// <param name="map">Where the heatmap is to be written.</param>
    /// <param name="method">The method's name, for the message.</param>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient.</exception>
    internal void CheckGradient(ReadOnlySpan<float> map, string method)
    {
        Check(map, readsHead: false);
        if (Gradient.IsEmpty)
        {
            throw new InvalidOperationException($"The method '{method}' needs the gradient of the score by the map, which is not "
                + "at hand here: explain pictures with a loaded model.");
        }

        if (Gradient.Length != FeatureMap.Length)
            throw new ArgumentException($"A feature map of {Shape} has no gradient of {Gradient.Length} numbers.");
    }

    /// <summary>Checks that the numbers fit together.</summary>
    /// <param name="map">Where the heatmap is to be written.</param>
    /// <param name="readsHead">Whether the head must be one over the pooled map.</param>
    /// <exception cref="ArgumentException">They do not; the message says which.</exception>
    public void Check(ReadOnlySpan<float> map, bool readsHead)
    {
        var features = MapPools.FeaturesOf(Pooling, Shape);
        if (FeatureMap.Length != Shape.Length || map.Length != Places || (readsHead && Head.FeatureCount != features))
        {
            throw new ArgumentException(
                $"A feature map of {Shape} has {Shape.Length} numbers and needs a head of {features} features; given are "
                + $"{FeatureMap.Length} numbers, a head of {Head.FeatureCount} features and room for {map.Length}.");
        }
    }
}

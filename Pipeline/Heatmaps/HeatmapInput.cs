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

    /// <summary>The network, for methods that run it again; null where it is not at hand.</summary>
    public IScoredPicture? Network { get; init; }

    /// <summary>The places of the map: H x W.</summary>
    public int Places => Shape.Height * Shape.Width;

    /// <summary>The H x W numbers of one channel of the map.</summary>
    public ReadOnlySpan<float> Channel(int channel) => FeatureMap.Slice(channel * Places, Places);

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

using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>A way to say where in a feature map a class is seen. One method is one file and one line in
/// <see cref="HeatmapMethods"/>.</summary>
public interface IHeatmapMethod
{
    /// <summary>The name that <see cref="HeatmapMethods.ByName"/> takes.</summary>
    string Name { get; }

    /// <summary>The pooling between map and head that the method is right for; <see cref="MapPooling.None"/> if it does not
    /// matter.</summary>
    MapPooling Pooling { get; }

    /// <summary>How many features a map of a shape is pooled to.</summary>
    int FeaturesOf(FeatureMapShape shape);

    /// <summary>Pools a map.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="features">As many numbers as <see cref="FeaturesOf"/> says, to be written.</param>
    void Pool(ReadOnlySpan<float> featureMap, FeatureMapShape shape, Span<float> features);

    /// <summary>Computes the map of a class.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="head">The linear head over the pooled features.</param>
    /// <param name="classIndex">The class, by its index in the head.</param>
    /// <param name="map">H x W numbers to be written.</param>
    void Compute(ReadOnlySpan<float> featureMap, FeatureMapShape shape, LinearHeadWeights head, int classIndex, Span<float> map);
}

namespace MlPipeline.Pipeline;

/// <summary>A way to say where in a feature map a class is seen. One method is one file and one line in <see cref="HeatmapMethods"/>.</summary>
public interface IHeatmapMethod
{
    /// <summary>The name that <see cref="HeatmapMethods.ByName"/> takes.</summary>
    string Name { get; }

    /// <summary>Whether the method is right only where the pooled features are the spatial mean of the feature map.</summary>
    bool NeedsMeanPooling { get; }

    /// <summary>Computes the map of a class.</summary>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="head">The linear head over the K pooled features.</param>
    /// <param name="classIndex">The class, by its index in the head.</param>
    /// <param name="map">H x W numbers to be written.</param>
    void Compute(ReadOnlySpan<float> featureMap, FeatureMapShape shape, LinearHeadWeights head, int classIndex, Span<float> map);
}

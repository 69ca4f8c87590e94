using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>The poolings between a feature map and a linear head.</summary>
internal static class MapPools
{
    /// <summary>How many features a map of a shape is pooled to.</summary>
    public static int FeaturesOf(MapPooling pooling, FeatureMapShape shape) =>
        pooling == MapPooling.Covariance ? CovariancePooling.FeaturesOf(shape.Channels) : shape.Channels;

    /// <summary>Pools a map.</summary>
    /// <param name="pooling">How.</param>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="features">As many numbers as <see cref="FeaturesOf"/> says, to be written.</param>
    public static void Pool(MapPooling pooling, ReadOnlySpan<float> featureMap, FeatureMapShape shape, Span<float> features)
    {
        if (pooling == MapPooling.Covariance)
        {
            CovarianceActivationMapMethod.Pool(featureMap, shape, features);
            return;
        }

        var places = shape.Height * shape.Width;
        for (var k = 0; k < features.Length; k++)
        {
            var sum = 0f;
            foreach (var value in featureMap.Slice(k * places, places))
                sum += value;
            features[k] = sum / places;
        }
    }

    /// <summary>The gradient of a linear head's score by a map that is pooled.</summary>
    /// <param name="pooling">How; not <see cref="MapPooling.None"/>.</param>
    /// <param name="featureMap">K x H x W numbers.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="weights">The head's weights for the pooled features.</param>
    /// <param name="gradient">K x H x W numbers, to be written.</param>
    public static void Gradient(MapPooling pooling, ReadOnlySpan<float> featureMap, FeatureMapShape shape,
        ReadOnlySpan<float> weights, Span<float> gradient)
    {
        if (pooling == MapPooling.Covariance)
        {
            CovarianceActivationMapMethod.Gradient(featureMap, shape, weights, gradient);
            return;
        }

        var places = shape.Height * shape.Width;
        for (var k = 0; k < weights.Length; k++)
            gradient.Slice(k * places, places).Fill(weights[k] / places);
    }
}

using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Class activation mapping (Zhou, Khosla, Lapedriza, Oliva and Torralba 2016): M_c(x, y) = sum over k of w_k^c f_k(x, y). Exact
/// for a linear head on averaged features: the mean of the map plus the class's bias is the class's score.
/// </summary>
public sealed class ClassActivationMapMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "cam";

    /// <inheritdoc/>
    public MapPooling Pooling => MapPooling.Mean;

    /// <inheritdoc/>
    public int FeaturesOf(FeatureMapShape shape) => shape.Channels;

    /// <inheritdoc/>
    public void Pool(ReadOnlySpan<float> featureMap, FeatureMapShape shape, Span<float> features)
    {
        var places = shape.Height * shape.Width;
        for (var k = 0; k < features.Length; k++)
        {
            var sum = 0f;
            foreach (var value in featureMap.Slice(k * places, places))
                sum += value;
            features[k] = sum / places;
        }
    }

    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<float> featureMap, FeatureMapShape shape, LinearHeadWeights head,
        int classIndex, Span<float> map)
    {
        ArgumentNullException.ThrowIfNull(head);
        var places = shape.Height * shape.Width;
        if (featureMap.Length != shape.Length || map.Length != places || head.FeatureCount != shape.Channels)
        {
            throw new ArgumentException(
                $"A feature map of {shape} has {shape.Length} numbers and needs a head of {shape.Channels} features; " +
                $"given are {featureMap.Length} numbers, a head of {head.FeatureCount} features and room for {map.Length}.");
        }

        var weights = head.WeightsOf(classIndex);
        map.Clear();
        for (var k = 0; k < shape.Channels; k++)
        {
            var weight = weights[k];
            var channel = featureMap.Slice(k * places, places);
            for (var i = 0; i < places; i++)
                map[i] += weight * channel[i];
        }
    }
}

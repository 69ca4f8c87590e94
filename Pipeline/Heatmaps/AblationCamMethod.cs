namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Ablation-CAM (Desai and Ramaswamy 2020): each channel of the feature map counts by how much the class's score falls when that
/// channel is set to 0. Only the pooling and the linear head are computed again; the paper's division by the score is left out,
/// since it changes the map by a factor alone.
/// </summary>
public sealed class AblationCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "ablation-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => pooling != MapPooling.None;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: true);
        var (shape, pooling) = (input.Shape, input.Pooling);
        float[] ablated = [.. input.FeatureMap];
        var features = new float[MapPools.FeaturesOf(pooling, shape)];
        var head = input.ClassWeights();
        var whole = ScoreOf(ablated, head);
        var falls = new float[shape.Channels];
        for (var k = 0; k < falls.Length; k++)
        {
            var channel = ablated.AsSpan(k * input.Places, input.Places);
            channel.Clear();
            falls[k] = (float)(whole - ScoreOf(ablated, head));
            input.Channel(k).CopyTo(channel);
        }

        ClassActivationMapMethod.WeightedSum(input, falls, map);

        double ScoreOf(ReadOnlySpan<float> featureMap, ReadOnlySpan<float> weights)
        {
            MapPools.Pool(pooling, featureMap, shape, features);
            var score = 0.0;
            for (var k = 0; k < features.Length; k++)
                score += (double)weights[k] * features[k];
            return score;
        }
    }
}

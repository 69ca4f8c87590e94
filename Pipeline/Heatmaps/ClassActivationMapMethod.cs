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
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => pooling == MapPooling.Mean;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: true);
        WeightedSum(input, input.ClassWeights(), map);
    }

    /// <summary>The channels of the feature map, each times its weight, added up.</summary>
    internal static void WeightedSum(in HeatmapInput input, ReadOnlySpan<float> weights, Span<float> map)
    {
        map.Clear();
        for (var k = 0; k < input.Shape.Channels; k++)
        {
            var weight = weights[k];
            var channel = input.Channel(k);
            for (var i = 0; i < channel.Length; i++)
                map[i] += weight * channel[i];
        }
    }
}

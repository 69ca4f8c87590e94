namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Layer-CAM (Jiang et al. 2021, equations 5 and 6): the map times the positive part of the score's gradient, place by place,
/// added up over the channels. Made for shallow layers as well as deep ones.
/// </summary>
public sealed class LayerCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "layer-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool UsesGradient => true;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.CheckGradient(map, Name);
        map.Clear();
        for (var k = 0; k < input.Shape.Channels; k++)
        {
            var channel = input.Channel(k);
            var gradient = input.GradientOf(k);
            for (var p = 0; p < map.Length; p++)
                map[p] += Math.Max(0, gradient[p]) * channel[p];
        }
    }
}

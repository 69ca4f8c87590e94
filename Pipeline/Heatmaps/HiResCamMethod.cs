namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// HiRes-CAM (Draelos and Carin 2020): the map times the score's gradient, place by place, added up over the channels. Where
/// everything behind the map is linear it shows exactly what the score is made of.
/// </summary>
public sealed class HiResCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "hires-cam";

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
                map[p] += gradient[p] * channel[p];
        }
    }
}

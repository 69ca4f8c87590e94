namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>The middle of the picture, for comparison: photographers put things there. 1 in the middle, falling with the distance
/// to 0 in the corners.</summary>
public sealed class CenterMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "center";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: false);
        var (height, width) = (input.Shape.Height, input.Shape.Width);
        for (var i = 0; i < map.Length; i++)
        {
            var x = (2.0 * (i % width) + 1) / width - 1;
            var y = (2.0 * (i / width) + 1) / height - 1;
            map[i] = (float)(1 - Math.Sqrt((x * x + y * y) / 2));
        }
    }
}

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Occlusion (Zeiler and Fergus 2014, section 4.2): how much the class's score falls when a square around a place is emptied. One
/// run of the network for each place of the map; squares are twice as wide as places are apart.
/// </summary>
public sealed class OcclusionMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "occlusion";

    /// <inheritdoc/>
    public bool RunsNetwork => true;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: false);
        var network = MaskedPicture.Required(input.Network, Name);
        var (shape, places, recipe) = (input.Shape, input.Places, network.Preprocessing);

        // The last copy is the picture as it is.
        var scores = network.Score(places + 1, (i, pixels) =>
        {
            if (i < places)
                MaskedPicture.Multiply(recipe, pixels, MaskOf(i % shape.Width, i / shape.Width));
        });
        var classes = input.Head.ClassCount;
        var whole = input.ScoreOf(scores.AsSpan(places * classes));
        for (var p = 0; p < places; p++)
            map[p] = whole - input.ScoreOf(scores.AsSpan(p * classes, classes));

        float[] MaskOf(int column, int row)
        {
            var mask = new float[recipe.Width * recipe.Height];
            Array.Fill(mask, 1);
            var (left, right) = Sides(column, recipe.Width, shape.Width);
            var (top, bottom) = Sides(row, recipe.Height, shape.Height);
            for (var y = top; y < bottom; y++)
                mask.AsSpan((y * recipe.Width) + left, right - left).Clear();
            return mask;
        }
    }

    /// <summary>From half a step before a place to half a step behind it.</summary>
    private static (int From, int To) Sides(int place, int length, int places) =>
        (Math.Max(0, (int)((place - 0.5) * length / places)), Math.Min(length, (int)((place + 1.5) * length / places)));
}

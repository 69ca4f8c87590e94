namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Score-CAM (Wang et al. 2020): each channel of the feature map, enlarged to the picture and brought to 0..1, masks the picture;
/// it counts by how much the class's probability then exceeds that of an empty picture (their equation 8). One run of the network
/// for each channel.
/// </summary>
public sealed class ScoreCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "score-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => true;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: false);
        var network = MaskedPicture.Required(input.Network, Name);
        float[] featureMap = [.. input.FeatureMap];
        var (shape, places) = (input.Shape, input.Places);

        // Constant channels mask nothing or all. The last copy is the empty picture.
        int[] varied = [.. Enumerable.Range(0, shape.Channels).Where(k => IsVaried(featureMap.AsSpan(k * places, places)))];
        var scores = network.Score(varied.Length + 1, (i, pixels) =>
        {
            if (i == varied.Length)
                Array.Clear(pixels);
            else
                MaskedPicture.Multiply(network.Preprocessing, pixels, MaskOf(featureMap.AsSpan(varied[i] * places, places)));
        });
        var classes = input.Head.ClassCount;
        var nothing = input.ProbabilityOf(scores.AsSpan(varied.Length * classes, classes));
        var weights = new float[shape.Channels];
        for (var i = 0; i < varied.Length; i++)
            weights[varied[i]] = (float)(input.ProbabilityOf(scores.AsSpan(i * classes, classes)) - nothing);
        ClassActivationMapMethod.WeightedSum(input, weights, map);

        float[] MaskOf(ReadOnlySpan<float> channel)
        {
            var (least, most) = Range(channel);
            var mask = new float[channel.Length];
            for (var p = 0; p < mask.Length; p++)
                mask[p] = (channel[p] - least) / (most - least);
            return MaskedPicture.Enlarged(mask, shape, network.Preprocessing);
        }
    }

    private static bool IsVaried(ReadOnlySpan<float> channel)
    {
        var (least, most) = Range(channel);
        return most > least;
    }

    private static (float Least, float Most) Range(ReadOnlySpan<float> channel)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in channel)
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        return (least, most);
    }
}

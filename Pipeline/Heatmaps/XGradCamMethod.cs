namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// XGrad-CAM (Fu et al. 2020, equation 8): each channel of the map counts by the score's gradient averaged over its places with
/// the channel itself as weights.
/// </summary>
public sealed class XGradCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "xgrad-cam";

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
        var weights = new float[input.Shape.Channels];
        for (var k = 0; k < weights.Length; k++)
        {
            var channel = input.Channel(k);
            var gradient = input.GradientOf(k);
            var (total, sum) = (0.0, 0.0);
            for (var p = 0; p < channel.Length; p++)
            {
                total += channel[p];
                sum += (double)channel[p] * gradient[p];
            }

            // A channel that sums to 0 has no mean to speak of.
            weights[k] = total == 0 ? 0 : (float)(sum / total);
        }

        ClassActivationMapMethod.WeightedSum(input, weights, map);
    }
}

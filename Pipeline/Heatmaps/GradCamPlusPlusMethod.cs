namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Grad-CAM++ (Chattopadhay et al. 2018, equations 10 and 19): each channel of the map counts by the positive part of the score's
/// gradient, weighed place by place with alpha = g^2 / (2 g^2 + g^3 * sum of the channel), which is what the second and third
/// derivatives of exp(score) come to. The common factor exp(score) is left out, since it changes the map by a factor alone.
/// </summary>
public sealed class GradCamPlusPlusMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "grad-cam++";

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
            var (total, sum) = (0.0, 0.0);
            foreach (var value in input.Channel(k))
                total += value;
            foreach (double g in input.GradientOf(k))
            {
                // With g taken out of both: g^2 / (2 g^2 + g^3 total) = 1 / (2 + g total).
                var denominator = 2 + (g * total);
                sum += g > 0 && denominator != 0 ? g / denominator : 0;
            }

            weights[k] = (float)sum;
        }

        ClassActivationMapMethod.WeightedSum(input, weights, map);
    }
}

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): each channel of the map counts by the mean over its places of the score's
/// gradient. The paper's final ReLU is left to the normalisation.
/// </summary>
public sealed class GradCamMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "grad-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool UsesGradient => true;

    /// <summary>Not behind covariances: they are of channels less their means, so that the gradient's mean over the places is
    /// 0.</summary>
    /// <param name="pooling">How the map is pooled.</param>
    public bool Fits(MapPooling pooling) => pooling != MapPooling.Covariance;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.CheckGradient(map, Name);
        var weights = new float[input.Shape.Channels];
        for (var k = 0; k < weights.Length; k++)
        {
            var sum = 0.0;
            foreach (var gradient in input.GradientOf(k))
                sum += gradient;
            weights[k] = (float)(sum / input.Places);
        }

        ClassActivationMapMethod.WeightedSum(input, weights, map);
    }
}

using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>A prediction and where in the picture its class is seen.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Prediction">What the model says, or why it says nothing.</param>
/// <param name="Heatmap">The heatmap of the shown class; null when there is an error.</param>
public sealed record ImageExplanation(Picture Picture, ImagePrediction Prediction, Heatmap? Heatmap)
{
    /// <summary>The original picture with the heatmap and its box over it; the caller disposes it.</summary>
    /// <param name="opacity">How much the hottest place covers.</param>
    /// <param name="decode">Limits for decoding the original; <see cref="DecodeOptions.Default"/> when null.</param>
    /// <exception cref="InvalidOperationException">There is no heatmap, because there was an error.</exception>
    public Raster Overlay(float opacity = 0.6f, DecodeOptions? decode = null)
    {
        if (Heatmap is null)
            throw new InvalidOperationException($"{Prediction.Path}: there is no heatmap: {Prediction.Error}");
        using var original = Picture.Decode(decode);
        return Heatmap.OverlayOn(original, opacity, Heatmap.Box());
    }
}

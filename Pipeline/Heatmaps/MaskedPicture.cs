using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>Prepared pixels with places weakened or emptied. What is emptied is 0 in the network's input, which is the mean
/// colour where the recipe takes one off.</summary>
internal static class MaskedPicture
{
    /// <exception cref="InvalidOperationException">There is no network.</exception>
    public static IScoredPicture Required(IScoredPicture? network, string method) => network
        ?? throw new InvalidOperationException(
            $"The method '{method}' runs the network again, which is not at hand here: explain pictures with a loaded model.");

    /// <summary>A map at the size of the network's input.</summary>
    public static float[] Enlarged(ReadOnlySpan<float> map, FeatureMapShape shape, Preprocessing recipe) =>
        Resampler.Resize(map, shape.Width, shape.Height, recipe.Width, recipe.Height, ResampleFilter.Bilinear);

    /// <summary>Multiplies every pixel by its place's number.</summary>
    /// <param name="recipe">How the pixels lie.</param>
    /// <param name="pixels">One prepared picture.</param>
    /// <param name="mask">Height x width numbers.</param>
    public static void Multiply(Preprocessing recipe, Span<float> pixels, ReadOnlySpan<float> mask)
    {
        var channels = pixels.Length / mask.Length;
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] *= mask[recipe.Layout == PixelLayout.Nchw ? i % mask.Length : i / channels];
    }
}

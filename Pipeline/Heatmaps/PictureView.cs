using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>How a prepared picture is looked at once more: enlarged about its middle, turned over, or both.</summary>
/// <param name="Scale">Above 1 the network sees the middle, larger; below 1 the whole, smaller, with its edges drawn out.</param>
/// <param name="IsFlipped">Turned over left to right.</param>
internal readonly record struct PictureView(double Scale, bool IsFlipped)
{
    /// <summary>The picture as it is.</summary>
    public static PictureView Plain { get; } = new(1, false);

    /// <summary>The pixels of the view.</summary>
    /// <param name="pixels">One prepared picture.</param>
    /// <param name="recipe">How the pixels lie.</param>
    public float[] Of(ReadOnlySpan<float> pixels, Preprocessing recipe)
    {
        var (width, height, seen) = (recipe.Width, recipe.Height, new float[pixels.Length]);
        var channels = pixels.Length / (width * height);
        var (step, apart) = recipe.Layout == PixelLayout.Nchw ? (1, width * height) : (channels, 1);
        for (var channel = 0; channel < channels; channel++)
        {
            var plane = pixels[(channel * apart)..];
            for (var i = 0; i < width * height; i++)
            {
                var x = Place(IsFlipped ? width - 1 - (i % width) : i % width, width, 1 / Scale);
                var y = Place(i / width, height, 1 / Scale);
                seen[(channel * apart) + (i * step)] = (float)Bilinear.At(plane, width, height, x, y, step);
            }
        }

        return seen;
    }

    /// <summary>Adds a map of the view to the places of the picture that it shows.</summary>
    /// <param name="map">Height x width values.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="sums">Receives the values.</param>
    /// <param name="counts">Receives 1 where the view shows the place.</param>
    public void AddTo(ReadOnlySpan<float> map, int width, int height, Span<float> sums, Span<int> counts)
    {
        for (var i = 0; i < map.Length; i++)
        {
            var (x, y) = (Place(i % width, width, Scale), Place(i / width, height, Scale));
            if (x < -0.5 || x > width - 0.5 || y < -0.5 || y > height - 0.5)
                continue;
            sums[i] += (float)Bilinear.At(map, width, height, IsFlipped ? width - 1 - x : x, y);
            counts[i]++;
        }
    }

    // Where a place comes to lie when all is enlarged about the middle.
    private static double Place(int at, int length, double scale) => ((at - ((length - 1) / 2.0)) * scale) + ((length - 1) / 2.0);
}

using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Between ML.NET's images, four bytes a pixel, and rasters, three.</summary>
internal static class ImagePixels
{
    /// <summary>Copies an image's colours. What is transparent keeps its colour, as everywhere in this project.</summary>
    public static Raster ToRaster(MLImage image)
    {
        var (red, blue) = image.PixelFormat switch
        {
            MLPixelFormat.Rgba32 => (0, 2),
            MLPixelFormat.Bgra32 => (2, 0),
            var other => throw new NotSupportedException($"An image of pixel format {other} cannot be read; expected Rgba32 or Bgra32."),
        };
        var raster = new Raster(image.Width, image.Height);
        var source = image.Pixels;
        var target = raster.Pixels;
        for (int from = 0, to = 0; to < target.Length; from += 4, to += 3)
        {
            target[to] = source[from + red];
            target[to + 1] = source[from + 1];
            target[to + 2] = source[from + blue];
        }

        return raster;
    }

    /// <summary>Copies a raster into an image without transparency; the caller disposes it.</summary>
    public static MLImage ToImage(Raster raster)
    {
        var pixels = new byte[4 * raster.Width * raster.Height];
        var source = raster.Pixels;
        for (int from = 0, to = 0; from < source.Length; from += 3, to += 4)
        {
            pixels[to] = source[from + 2];
            pixels[to + 1] = source[from + 1];
            pixels[to + 2] = source[from];
            pixels[to + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(raster.Width, raster.Height, MLPixelFormat.Bgra32, pixels);
    }
}

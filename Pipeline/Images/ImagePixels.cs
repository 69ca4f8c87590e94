using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Images;

/// <summary>Between ML.NET's images, four bytes a pixel, and rasters, three.</summary>
internal static class ImagePixels
{
    /// <summary>Copies an image's colours. What is transparent keeps its colour, as everywhere in this project.</summary>
    public static Raster ToRaster(MLImage image) =>
        Raster.FromFourBytePixels(image.Pixels, image.Width, image.Height, OrderOf(image.PixelFormat));

    /// <summary>Copies a raster into an image without transparency; the caller disposes it.</summary>
    public static MLImage ToImage(Raster raster)
    {
        var pixels = new byte[4 * raster.Width * raster.Height];
        raster.CopyToFourBytePixels(pixels, ColorOrder.Bgr);
        return MLImage.CreateFromPixels(raster.Width, raster.Height, MLPixelFormat.Bgra32, pixels);
    }

    private static ColorOrder OrderOf(MLPixelFormat format) => format switch
    {
        MLPixelFormat.Rgba32 => ColorOrder.Rgb,
        MLPixelFormat.Bgra32 => ColorOrder.Bgr,
        _ => throw new NotSupportedException($"An image of pixel format {format} cannot be read; expected Rgba32 or Bgra32."),
    };
}

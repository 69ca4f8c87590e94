using SkiaSharp;

namespace MlPipeline.Imaging.Decoding;

/// <summary>Writes JPEG files: smaller than PNG for photographs, and not exact.</summary>
public static unsafe class JpegEncoder
{
    /// <summary>The file of <paramref name="raster"/>, baseline, with the colours at half the resolution.</summary>
    /// <param name="raster">The picture.</param>
    /// <param name="quality">From 1, small, to 100, good.</param>
    public static byte[] Encode(Raster raster, int quality = 85)
    {
        ArgumentNullException.ThrowIfNull(raster);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var pixels = new byte[checked(raster.Width * raster.Height * 4)];
        raster.CopyToFourBytePixels(pixels, ColorOrder.Rgb);
        fixed (byte* start = pixels)
        {
            using SKPixmap picture =
                new(new SKImageInfo(raster.Width, raster.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (IntPtr)start);
            using var file = picture.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420,
                SKJpegEncoderAlphaOption.Ignore))
                ?? throw new InvalidOperationException(
                    $"SkiaSharp did not encode {raster.Width} x {raster.Height} pixels as JPEG.");
            return file.ToArray();
        }
    }
}

using System.Buffers;
using SkiaSharp;

namespace MlPipeline.Imaging.Decoding;

/// <summary>Writes PNG files of 8 bits per sample.</summary>
public static unsafe class PngEncoder
{
    private const int CompressionLevel = 6;

    /// <summary>Writes <paramref name="raster"/> as an RGB picture.</summary>
    public static void Encode(Raster raster, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(raster);
        ArgumentNullException.ThrowIfNull(stream);
        using var file = Encoded(raster);
        file.SaveTo(stream);
    }

    /// <summary>The file of <paramref name="raster"/> as an RGB picture.</summary>
    public static byte[] Encode(Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using var file = Encoded(raster);
        return file.ToArray();
    }

    /// <summary>Writes <paramref name="width"/> x <paramref name="height"/> gray levels, row by row, as a gray picture.</summary>
    /// <exception cref="ArgumentException">There are not width * height levels.</exception>
    public static void EncodeGray(ReadOnlySpan<byte> levels, int width, int height, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (levels.Length != (long)width * height)
            throw new ArgumentException($"{levels.Length} levels are not {width} x {height}.", nameof(levels));
        using var file = Encoded(levels, width, height, SKColorType.Gray8);
        file.SaveTo(stream);
    }

    private static SKData Encoded(Raster raster)
    {
        var length = checked(raster.Width * raster.Height * 4);
        var pixels = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            raster.CopyToFourBytePixels(pixels, ColorOrder.Rgb);
            return Encoded(pixels.AsSpan(0, length), raster.Width, raster.Height, SKColorType.Rgba8888);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private static SKData Encoded(ReadOnlySpan<byte> pixels, int width, int height, SKColorType type)
    {
        fixed (byte* start = pixels)
        {
            using SKPixmap picture = new(new SKImageInfo(width, height, type, SKAlphaType.Opaque), (IntPtr)start);
            return picture.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, CompressionLevel))
                ?? throw new InvalidOperationException($"SkiaSharp did not encode {width} x {height} pixels as PNG.");
        }
    }
}

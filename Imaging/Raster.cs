using System.Buffers;

namespace MlPipeline.Imaging;

/// <summary>
/// A picture of 8-bit RGB samples: interleaved, rows tightly packed from the top, in memory borrowed from a pool.
/// Dispose it to give the memory back; a raster that is never disposed is collected like any object.
/// </summary>
public sealed class Raster : IDisposable
{
    /// <summary>The most pixels one raster can hold (three bytes each in one array).</summary>
    public const int MaxPixels = int.MaxValue / 3 - 64;

    private readonly int _length;
    private byte[]? _pixels;

    /// <summary>A black picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A side is below 1, or the pixels are more than <see cref="MaxPixels"/>.
    /// </exception>
    public Raster(int width, int height)
        : this(width, height, clear: true)
    {
    }

    private Raster(int width, int height, bool clear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height > MaxPixels)
            throw new ArgumentOutOfRangeException(nameof(width), $"{width} x {height} pixels are more than {MaxPixels}.");

        Width = width;
        Height = height;
        _length = width * height * 3;
        _pixels = ArrayPool<byte>.Shared.Rent(_length);
        if (clear)
            _pixels.AsSpan(0, _length).Clear();
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All samples, Width * Height * 3 bytes: R, G, B of the top left pixel first.</summary>
    /// <exception cref="ObjectDisposedException">The raster has been disposed.</exception>
    public Span<byte> Pixels
    {
        get
        {
            var pixels = _pixels;
            ObjectDisposedException.ThrowIf(pixels == null, this);
            return pixels.AsSpan(0, _length);
        }
    }

    /// <summary>The Width * 3 samples of row <paramref name="y"/>, counted from the top.</summary>
    public Span<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return Pixels.Slice(y * Width * 3, Width * 3);
    }

    /// <summary>An independent copy.</summary>
    public Raster Clone()
    {
        var copy = Uninitialised(Width, Height);
        Pixels.CopyTo(copy.Pixels);
        return copy;
    }

    /// <summary>Gives the memory back; further calls do nothing.</summary>
    public void Dispose()
    {
        var pixels = Interlocked.Exchange(ref _pixels, null);
        if (pixels != null)
            ArrayPool<byte>.Shared.Return(pixels);
    }

    /// <summary>A picture whose samples are whatever was in the memory: for a caller that writes every one of them.</summary>
    internal static Raster Uninitialised(int width, int height) => new(width, height, clear: false);
}

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
        : this(width, height, null)
    {
        if (clear)
            Pixels.Clear();
    }

    private Raster(int width, int height, byte[]? rented)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height > MaxPixels)
            throw new ArgumentOutOfRangeException(nameof(width), $"{width} x {height} pixels are more than {MaxPixels}.");
        Width = width;
        Height = height;
        _length = width * height * 3;
        _pixels = rented ?? ArrayPool<byte>.Shared.Rent(_length);
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

    /// <summary>Whether every pixel is a shade of grey, so that one sample of it says all.</summary>
    /// <exception cref="ObjectDisposedException">The raster has been disposed.</exception>
    public bool IsGrayscale
    {
        get
        {
            ReadOnlySpan<byte> pixels = Pixels;
            for (var i = 0; i < pixels.Length; i += 3)
            {
                if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
                    return false;
            }

            return true;
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

    /// <summary>
    /// A picture of pixels of four bytes each, as <c>MLImage.Pixels</c> holds them; the fourth byte is left out.
    /// </summary>
    /// <param name="pixels">Width * Height * 4 bytes, rows tightly packed from the top.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="order">Whether red (RGBA) or blue (BGRA) comes first.</param>
    /// <exception cref="ArgumentException">There are not Width * Height * 4 bytes.</exception>
    public static Raster FromFourBytePixels(ReadOnlySpan<byte> pixels, int width, int height, ColorOrder order)
    {
        var raster = Uninitialised(width, height);
        if (pixels.Length != 4L * width * height)
        {
            raster.Dispose();
            throw new ArgumentException($"{pixels.Length} bytes are not {width} x {height} pixels of 4.", nameof(pixels));
        }

        FourBytePixels.ToThree(pixels, raster.Pixels, order);
        return raster;
    }

    /// <summary>
    /// Writes the picture as pixels of four bytes, as <c>MLImage.CreateFromPixels</c> takes them; the fourth is 255 (opaque).
    /// </summary>
    /// <param name="destination">At least Width * Height * 4 bytes; what lies behind them is left as it is.</param>
    /// <param name="order">Whether red (RGBA) or blue (BGRA) comes first.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyToFourBytePixels(Span<byte> destination, ColorOrder order)
    {
        var pixels = Pixels;
        if (destination.Length < 4L * Width * Height)
        {
            throw new ArgumentException(
                $"{Width} x {Height} pixels of 4 bytes do not fit in {destination.Length} bytes.", nameof(destination));
        }

        FourBytePixels.FromThree(pixels, destination, order);
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

    /// <summary>A picture over an array of the shared pool that begins with its samples; the raster gives it back.</summary>
    internal static Raster Over(byte[] rented, int width, int height) => new(width, height, rented);
}

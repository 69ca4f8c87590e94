using System.Buffers;
using System.Globalization;
using SkiaSharp;

namespace MlPipeline.Imaging.Decoding;

/// <summary>
/// An encoded picture, opened by SkiaSharp: its header has been read, its pixels have not. SkiaSharp knows no limits, so nothing
/// here takes memory for pixels before the header has passed them.
/// </summary>
internal sealed unsafe class SkiaPicture : IDisposable
{
    /// <summary>A decoding that takes more memory than this waits for the others that do: however many threads decode, memory
    /// for no more than one of them is taken.</summary>
    private const long LargeBytes = 384L << 20;

    private static readonly Lock s_large = new();

    private readonly SKData _data;
    private readonly SKMemoryStream _stream;
    private readonly SKCodec _codec;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Reads the header of the bytes at <paramref name="start"/>, which must stay in place until disposal.</summary>
    public SkiaPicture(byte* start, int length)
    {
        ReadOnlySpan<byte> file = new(start, length);
        if (FormatDetector.Detect(file) is not ImageFormat format)
            throw FormatDetector.Refuse(file);
        _start = start;
        _length = length;
        _data = SKData.Create((IntPtr)start, length);
        _stream = new SKMemoryStream(_data);
        var codec = SKCodec.Create(_stream, out var result);
        if (codec == null)
        {
            _stream.Dispose();
            _data.Dispose();
            throw Refusal.Of(format, file, result);
        }

        _codec = codec;
        var orientation = format == ImageFormat.Png ? PngChunks.Orientation(file) : (int)codec.EncodedOrigin;
        Info = new ImageInfo(format, codec.Info.Width, codec.Info.Height, orientation is >= 1 and <= 8 ? orientation : 1);
    }

    public ImageInfo Info { get; }

    private ReadOnlySpan<byte> File => new(_start, _length);

    public Raster Decode(DecodeOptions options)
    {
        CheckLimits(options);
        var orientation = options.ApplyOrientation ? Info.Orientation : 1;

        // AtLeast speaks of the upright picture; the codec sees it as stored.
        var atLeast = options.AtLeast;
        if (orientation >= 5 && atLeast is (int width, int height))
            atLeast = (height, width);
        var size = Reduced(atLeast);
        if (BytesFor(size) <= LargeBytes)
            return Decode(size, orientation);
        lock (s_large)
            return Decode(size, orientation);
    }

    private Raster Decode(SKSizeI size, int orientation)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(size.Width * size.Height * 4);
        try
        {
            ReadPixels(size, pixels);
            var decoded = pixels.AsSpan(0, size.Width * size.Height * 4);
            if (orientation != 1)
                return Orientation.Turned(decoded, 4, size.Width, size.Height, orientation);

            // The raster is made within the memory that the codec wrote to.
            FourBytePixels.ToThree(decoded, pixels.AsSpan(0, size.Width * size.Height * 3), ColorOrder.Rgb);
            var raster = Raster.Over(pixels, size.Width, size.Height);
            pixels = null;
            return raster;
        }
        finally
        {
            if (pixels != null)
                ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    public void Dispose()
    {
        _codec.Dispose();
        _stream.Dispose();
        _data.Dispose();
    }

    private void CheckLimits(DecodeOptions options)
    {
        (var width, var height) = (Info.Width, Info.Height);
        if ((long)width * height > options.MaxPixels)
        {
            throw new ImageDecodeException(
                ImageErrorKind.TooLarge,
                string.Create(CultureInfo.InvariantCulture,
                    $"{width} x {height} pixels are {(double)width * height / 1e6:0.######} megapixels, more than the limit of "
                    + $"{options.MaxPixels / 1e6:0.######}; --max-pixels sets another limit"));
        }

        if (Math.Max(width, height) > options.MaxSide)
        {
            throw new ImageDecodeException(
                ImageErrorKind.TooLarge,
                $"one side of {width} x {height} pixels is longer than the limit of {options.MaxSide}");
        }

        Refusal.CheckPlausible(Info, File);
    }

    /// <summary>The most memory that decoding takes: the pixels that come out and, for codecs that need it, the whole picture,
    /// which a JPEG in several scans holds as 16-bit coefficients.</summary>
    private long BytesFor(SKSizeI size)
    {
        var whole = Info.Format != ImageFormat.Jpeg || new JpegMarkers(File).CountScans() > 1;
        return 4L * size.Width * size.Height + (whole ? 6L * Info.Width * Info.Height : 0);
    }

    /// <summary>
    /// The smallest of 1/8, 1/4 and 1/2 that leaves both sides as long as asked for; the full size where there is none, or where
    /// the codec knows only that. The eighths between, which JPEG has too, would save a tenth of the time and change the pixels
    /// that models were trained on.
    /// </summary>
    private SKSizeI Reduced((int Width, int Height)? atLeast)
    {
        SKSizeI full = new(Info.Width, Info.Height);
        if (atLeast is not (int width, int height))
            return full;
        for (var part = 8; part > 1; part /= 2)
        {
            var size = _codec.GetScaledDimensions(1f / part);
            if (size.Width >= width && size.Height >= height && size.Width <= full.Width && size.Height <= full.Height)
                return size;
        }

        return full;
    }

    private void ReadPixels(SKSizeI size, byte[] pixels)
    {
        var result = GetPixels(size, pixels);
        if (result != SKCodecResult.Success && !IsWholeButForItsEnd(size, pixels))
            throw Refusal.Of(Info.Format, File, result);
    }

    /// <summary>
    /// Red, green, blue and alpha, not multiplied: what lies under transparent places is kept. Without a colour space, numbers
    /// come out as they stand in the file, whatever profile or gamma it names.
    /// </summary>
    private SKCodecResult GetPixels(SKSizeI size, byte[] pixels)
    {
        var alpha = _codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        SKImageInfo layout = new(size.Width, size.Height, SKColorType.Rgba8888, alpha, null);
        fixed (byte* to = pixels)
        {
            return _codec.GetPixels(layout, (IntPtr)to);
        }
    }

    /// <summary>
    /// Some programs leave out a JPEG's end marker, and all viewers forgive it. Nothing is missing where anything may follow the
    /// data without changing a pixel: so two fillings, each with an end marker behind it, are tried on a file of one piece.
    /// </summary>
    private bool IsWholeButForItsEnd(SKSizeI size, byte[] pixels)
    {
        if (Info.Format != ImageFormat.Jpeg)
            return false;
        JpegMarkers markers = new(File);
        if (markers.Ends || !markers.IsSinglePiece)
            return false;
        var other = ArrayPool<byte>.Shared.Rent(pixels.Length);
        try
        {
            var length = size.Width * size.Height * 4;
            return GetPixelsFilledWith(0x00, size, pixels) && GetPixelsFilledWith(0x5A, size, other)
                && pixels.AsSpan(0, length).SequenceEqual(other.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(other);
        }
    }

    private bool GetPixelsFilledWith(byte filling, SKSizeI size, byte[] pixels)
    {
        const int FillingLength = 64;
        var filled = new byte[_length + FillingLength + 2];
        File.CopyTo(filled);
        filled.AsSpan(_length).Fill(filling);
        (filled[^2], filled[^1]) = (0xFF, 0xD9);
        fixed (byte* start = filled)
        {
            using SkiaPicture picture = new(start, filled.Length);
            return picture.GetPixels(size, pixels) == SKCodecResult.Success;
        }
    }
}

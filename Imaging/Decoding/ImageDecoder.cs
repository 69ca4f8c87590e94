using System.Buffers;

namespace MlPipeline.Imaging.Decoding;

/// <summary>
/// Reads pictures. The format is told by content, never by name; limits are checked against the header before memory is taken;
/// what comes out is RGB as Pillow's <c>convert("RGB")</c> gives it (alpha left out, no colour management), turned upright as the
/// EXIF orientation says. SkiaSharp does the decoding.
/// </summary>
public static unsafe class ImageDecoder
{
    /// <summary>Format, size and orientation from the header alone.</summary>
    /// <param name="data">The file's bytes.</param>
    /// <param name="path">The name to give in errors.</param>
    /// <exception cref="ImageDecodeException">The header is not one of a supported picture.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> data, string? path = null)
    {
        try
        {
            fixed (byte* start = data)
            {
                using SkiaPicture picture = new(start, data.Length);
                return picture.Info;
            }
        }
        catch (ImageDecodeException e) when (e.Path == null && path != null)
        {
            throw Named(e, path);
        }
    }

    /// <summary>
    /// Format, size and orientation from a file's header; no more is read than <see cref="DecodeOptions.MaxBytes"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageDecodeException">The header is not one of a supported picture, or the file is too large.</exception>
    public static ImageInfo IdentifyFile(string path, DecodeOptions? options = null)
    {
        using var stream = OpenFile(path);
        var file = ReadToEnd(stream, options ?? DecodeOptions.Default, path, out var length);
        try
        {
            return Identify(file.AsSpan(0, length), path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(file);
        }
    }

    /// <summary>Decodes a picture held in memory.</summary>
    /// <param name="data">The file's bytes.</param>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    /// <param name="path">The name to give in errors.</param>
    /// <exception cref="ImageDecodeException">The bytes are not a whole, valid picture within the limits.</exception>
    public static Raster Decode(ReadOnlySpan<byte> data, DecodeOptions? options = null, string? path = null)
    {
        options ??= DecodeOptions.Default;
        try
        {
            if (data.Length > options.MaxBytes)
                throw TooManyBytes(data.Length, options);
            options.Inspect?.Invoke(data, path);
            fixed (byte* start = data)
            {
                using SkiaPicture picture = new(start, data.Length);
                return picture.Decode(options);
            }
        }
        catch (ImageDecodeException e) when (e.Path == null && path != null)
        {
            throw Named(e, path);
        }
    }

    /// <summary>Decodes the picture from the stream's position to its end; never reads more than the byte limit.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, DecodeOptions?, string?)"/>
    /// <param name="stream">Where the file's bytes are read.</param>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    /// <param name="path">The name to give in errors.</param>
    public static Raster Decode(Stream stream, DecodeOptions? options = null, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= DecodeOptions.Default;
        var file = ReadToEnd(stream, options, path, out var length);
        try
        {
            return Decode(file.AsSpan(0, length), options, path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(file);
        }
    }

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageDecodeException">The file is not a whole, valid picture within the limits.</exception>
    public static Raster DecodeFile(string path, DecodeOptions? options = null)
    {
        using var stream = OpenFile(path);
        return Decode(stream, options, path);
    }

    /// <summary>Opens a picture's file for reading.</summary>
    /// <remarks>
    /// What has no length is refused unopened: an empty file is no picture, and opening a pipe would wait for its writer.
    /// </remarks>
    /// <param name="path">The file, or a picture in a file of many (<see cref="IdxFile"/>).</param>
    /// <param name="bufferSize">Bytes that are read at once when less is asked for; 0 for no buffer.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageDecodeException">The file is empty, or is a pipe or a device.</exception>
    public static Stream OpenFile(string path, int bufferSize = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (IdxFile.OpenPicture(path) is { } picture)
            return picture;
        FileInfo info = new(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (info.Exists && info.Length == 0)
            throw new ImageDecodeException(ImageErrorKind.Truncated, "the file is empty", path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize);
    }

    /// <summary>Why a file is no picture that is read, as far as its first bytes tell; null when it begins like one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ImageDecodeException? Refusal(string path)
    {
        try
        {
            using var stream = OpenFile(path);
            Span<byte> start = stackalloc byte[FormatDetector.Window];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            return FormatDetector.Detect(start) is null ? FormatDetector.Refuse(start) : null;
        }
        catch (ImageDecodeException e)
        {
            return e;
        }
    }

    /// <summary>A rented array that begins with what is left of the stream.</summary>
    private static byte[] ReadToEnd(Stream stream, DecodeOptions options, string? path, out int length)
    {
        var expected = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : 0;
        if (expected > options.MaxBytes)
            throw TooManyBytes(expected, options, path);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(expected + 1, 64 << 10));
        length = 0;
        while (stream.Read(buffer, length, buffer.Length - length) is > 0 and int read)
        {
            length += read;
            if (length > options.MaxBytes)
                throw TooManyBytes(length, options, path);
            if (length == buffer.Length)
                buffer = Grown(buffer);
        }

        return buffer;
    }

    private static byte[] Grown(byte[] buffer)
    {
        var length = (int)Math.Min(2L * buffer.Length, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(length);
        buffer.AsSpan().CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static ImageDecodeException TooManyBytes(long length, DecodeOptions options, string? path = null) =>
        new(ImageErrorKind.TooLarge, $"{length} bytes are more than the limit of {options.MaxBytes}", path);

    private static ImageDecodeException Named(ImageDecodeException e, string path) => new(e.Kind, e.Reason, path, e);

    /// <summary>What decodes, with its version, as one line of text: pixels that are kept are good for equal texts
    /// only.</summary>
    public static string Identity { get; } =
        $"skiasharp {typeof(SkiaSharp.SKCodec).Assembly.GetName().Version} {typeof(ImageDecoder).Module.ModuleVersionId:N}";
}

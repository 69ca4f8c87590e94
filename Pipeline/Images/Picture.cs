using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Images;

namespace MlPipeline;

/// <summary>
/// A picture that is decoded when it is needed: a file, the bytes of one, or pixels. Immutable and small; whoever needs pixels
/// calls <see cref="Decode"/> on a thread of its choice.
/// </summary>
public sealed class Picture
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Raster? _raster;

    private Picture(string? path, ReadOnlyMemory<byte> bytes, Raster? raster)
    {
        Path = path;
        _bytes = bytes;
        _raster = raster;
    }

    /// <summary>The file, when the picture comes from one (or the name given with the bytes).</summary>
    public string? Path { get; }

    /// <summary>The path, or words for a picture that has none.</summary>
    public string Name => Path ?? "(image in memory)";

    /// <summary>A picture in a file. Nothing is read.</summary>
    public static Picture FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Picture(path, default, null);
    }

    /// <summary>
    /// A picture in the bytes of a file. Nothing is decoded; the bytes are not copied and must stay as they are.
    /// </summary>
    /// <param name="bytes">A whole JPEG, PNG, GIF, BMP or WebP file.</param>
    /// <param name="name">A name for error messages.</param>
    public static Picture FromBytes(ReadOnlyMemory<byte> bytes, string? name = null)
    {
        if (bytes.IsEmpty)
            throw new ArgumentException("A picture needs at least one byte.", nameof(bytes));
        return new Picture(name, bytes, null);
    }

    /// <summary>A picture that is decoded already. The raster is not copied; it must stay alive and as it is.</summary>
    /// <param name="raster">The pixels.</param>
    /// <param name="name">A name for error messages.</param>
    public static Picture FromRaster(Raster raster, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(raster);
        return new Picture(name, default, raster);
    }

    /// <summary>A picture that ML.NET holds. Its pixels are copied, so the image may be disposed afterwards.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">A name for error messages; the image's tag when null.</param>
    public static Picture FromImage(MLImage image, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new Picture(name ?? (string.IsNullOrEmpty(image.Tag) ? null : image.Tag), default, ImagePixels.ToRaster(image));
    }

    /// <summary>Decodes the picture. The caller disposes the result.</summary>
    /// <param name="options">Limits; <see cref="DecodeOptions.Default"/> when null.</param>
    /// <exception cref="ImageDecodeException">The picture cannot be decoded.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public Raster Decode(DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        if (_raster is not null)
            return _raster.Clone();
        return _bytes.IsEmpty ? ImageDecoder.DecodeFile(Path!, options) : ImageDecoder.Decode(_bytes.Span, options, Path);
    }

    /// <summary>
    /// Where a network's input pixels lie in the upright picture, when it is prepared from this one; reads the header only.
    /// </summary>
    /// <param name="preprocessing">How the network's input is prepared.</param>
    public ImageGeometry GeometryFor(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (_raster is not null)
            return preprocessing.GeometryFor(_raster.Width, _raster.Height);
        var info = _bytes.IsEmpty ? ImageDecoder.IdentifyFile(Path!) : ImageDecoder.Identify(_bytes.Span, Path);
        return info.Orientation >= 5
            ? preprocessing.GeometryFor(info.Height, info.Width)
            : preprocessing.GeometryFor(info.Width, info.Height);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

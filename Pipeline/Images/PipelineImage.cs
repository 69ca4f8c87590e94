using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>
/// A picture that is decoded when it is needed: a file, bytes or pixels, and the steps to be done on it. Immutable and small, so
/// that a column of them costs nothing; whoever needs pixels calls <see cref="Decode"/> on a thread of its choice.
/// </summary>
public sealed class PipelineImage
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Raster? _raster;
    private readonly ImageOperation[] _operations;

    private PipelineImage(string? path, ReadOnlyMemory<byte> bytes, Raster? raster, ImageOperation[] operations)
    {
        Path = path;
        _bytes = bytes;
        _raster = raster;
        _operations = operations;
    }

    /// <summary>The file, when the picture comes from one (or the name given with the bytes).</summary>
    public string? Path { get; }

    /// <summary>The steps to be done, in order.</summary>
    public IReadOnlyList<ImageOperation> Operations => _operations;

    /// <summary>The path, or words for a picture that has none.</summary>
    public string Name => Path ?? "(image in memory)";

    /// <summary>A picture in a file. Nothing is read.</summary>
    public static PipelineImage FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new PipelineImage(path, default, null, []);
    }

    /// <summary>
    /// A picture in the bytes of a file. Nothing is decoded; the bytes are not copied and must stay as they are.
    /// </summary>
    /// <param name="bytes">A whole JPEG, PNG, BMP or GIF file.</param>
    /// <param name="name">A name for error messages.</param>
    public static PipelineImage FromBytes(ReadOnlyMemory<byte> bytes, string? name = null)
    {
        if (bytes.IsEmpty)
            throw new ArgumentException("An image needs at least one byte.", nameof(bytes));

        return new PipelineImage(name, bytes, null, []);
    }

    /// <summary>A picture that is decoded already. The raster is not copied; it must stay alive and as it is.</summary>
    /// <param name="raster">The pixels.</param>
    /// <param name="name">A name for error messages.</param>
    public static PipelineImage FromRaster(Raster raster, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(raster);
        return new PipelineImage(name, default, raster, []);
    }

    /// <summary>The picture with one more step to be done.</summary>
    public PipelineImage With(ImageOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new PipelineImage(Path, _bytes, _raster, [.. _operations, operation]);
    }

    /// <summary>Decodes the picture and does the steps. The caller disposes the result.</summary>
    /// <param name="options">Limits; <see cref="DecodeOptions.AtLeast"/> is overridden when the first step is a resize.</param>
    /// <exception cref="ImageDecodeException">The picture cannot be decoded.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageOperationException">A step does not fit the picture.</exception>
    public Raster Decode(DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        if (_operations.Length > 0 && _operations[0].EnoughSource is { } enough)
            options = options with { AtLeast = enough };

        var raster = DecodeSource(options);
        foreach (var operation in _operations)
        {
            var source = raster;
            using (source)
            {
                raster = operation.Apply(source);
            }
        }

        return raster;
    }

    /// <summary>Where the pixels of <see cref="Decode"/>'s result lie in the original picture; reads the header only.</summary>
    public ImageGeometry Geometry()
    {
        var (width, height) = SourceSize();
        var geometry = ImageGeometry.Identity(width, height);
        foreach (var operation in _operations)
            geometry = geometry.Then(operation.GeometryFor(geometry.Width, geometry.Height));

        return geometry;
    }

    /// <summary>
    /// Where a network's input pixels lie in the original picture, when it is prepared from this one; reads the header only.
    /// </summary>
    public ImageGeometry GeometryWith(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var geometry = Geometry();
        return geometry.Then(preprocessing.GeometryFor(geometry.Width, geometry.Height));
    }

    /// <summary>The original picture, without any steps.</summary>
    public PipelineImage Original() => new(Path, _bytes, _raster, []);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private Raster DecodeSource(DecodeOptions options)
    {
        if (_raster is not null)
            return _raster.Clone();

        return _bytes.IsEmpty ? ImageDecoder.DecodeFile(Path!, options) : ImageDecoder.Decode(_bytes.Span, options, Path);
    }

    private (int Width, int Height) SourceSize()
    {
        if (_raster is not null)
            return (_raster.Width, _raster.Height);

        var info = _bytes.IsEmpty ? ImageDecoder.IdentifyFile(Path!) : ImageDecoder.Identify(_bytes.Span, Path);
        return info.Orientation >= 5 ? (info.Height, info.Width) : (info.Width, info.Height);
    }
}

using MlPipeline.Imaging.Decoding;

namespace MlPipeline;

/// <summary>How pictures become ML.NET's images; see <see cref="PictureEstimatorsCatalog.DecodeImages"/>.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>What happens with a picture that cannot be read: an error (default), or its row is left out and listed. With an
    /// <see cref="ErrorColumnName"/> neither happens.</summary>
    public BadImagePolicy BadImages { get; init; }

    /// <summary>A text column that says what is wrong with a row's picture, and is empty where nothing is; bad rows then stay,
    /// without an image. Null (default) for none.</summary>
    public string? ErrorColumnName { get; init; }

    /// <summary>Limits for decoding, and whether pictures are turned upright (they are by default).</summary>
    public DecodeOptions Decode { get; init; } = DecodeOptions.Default;

    /// <summary>The width that images are brought to, in pixels, antialiased (ML.NET's ResizeImages takes nearest neighbours to
    /// fill); 0 (default), with <see cref="Height"/>, for pictures as they are.</summary>
    public int Width { get; init => field = Side(value); }

    /// <summary>The height that images are brought to, in pixels.</summary>
    public int Height { get; init => field = Side(value); }

    /// <summary>How pictures of another shape are brought to width and height: cut to the middle (default) or
    /// stretched.</summary>
    public ResizeMode Resize { get; init; }

    internal bool Resizes => Width > 0;

    internal ImageDecodingOptions Validate() => Width > 0 == Height > 0
        ? this
        : throw new ArgumentException($"Width and Height must be given together; they are {Width} and {Height}.");

    private static int Side(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4096);
        return value;
    }
}

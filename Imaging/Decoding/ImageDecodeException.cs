namespace MlPipeline.Imaging.Decoding;

/// <summary>Why a picture was refused.</summary>
public enum ImageErrorKind
{
    /// <summary>The content is not a picture in any format known here.</summary>
    Unrecognised,

    /// <summary>The format, or the variant of it, is known but not decoded.</summary>
    Unsupported,

    /// <summary>The file ends too early.</summary>
    Truncated,

    /// <summary>The content contradicts the format.</summary>
    Corrupt,

    /// <summary>A limit of <see cref="DecodeOptions"/> is passed.</summary>
    TooLarge,
}

/// <summary>A picture could not be decoded; the message names the file, where it is known, and the reason.</summary>
public sealed class ImageDecodeException : Exception
{
    /// <summary>A refusal of kind <paramref name="kind"/> for <paramref name="reason"/>.</summary>
    public ImageDecodeException(ImageErrorKind kind, string reason, string? path = null, Exception? innerException = null)
        : base(path == null ? reason : $"{path}: {reason}", innerException)
    {
        Kind = kind;
        Reason = reason;
        Path = path;
    }

    /// <summary>What is wrong, in one word.</summary>
    public ImageErrorKind Kind { get; }

    /// <summary>The file, or null where the bytes came without a name.</summary>
    public string? Path { get; }

    /// <summary>The message without the file's name.</summary>
    public string Reason { get; }
}

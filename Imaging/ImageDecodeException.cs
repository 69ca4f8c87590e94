namespace MlPipeline.Imaging;

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

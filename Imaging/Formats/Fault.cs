namespace MlPipeline.Imaging;

/// <summary>The refusals a codec makes; the file's name is added where it is known.</summary>
internal static class Fault
{
    public static ImageDecodeException Truncated(string reason) => new(ImageErrorKind.Truncated, reason);

    public static ImageDecodeException Corrupt(string reason, Exception? inner = null) =>
        new(ImageErrorKind.Corrupt, reason, innerException: inner);

    public static ImageDecodeException Unsupported(string reason) => new(ImageErrorKind.Unsupported, reason);
}

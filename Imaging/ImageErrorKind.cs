namespace MlPipeline.Imaging;

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

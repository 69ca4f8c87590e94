using MlPipeline.Imaging.Decoding;

namespace MlPipeline;

/// <summary>A picture that cannot be used, in a pass whose policy is to stop; names the file, the row and the reason.</summary>
public sealed class BadImageException : Exception
{
    /// <summary>Makes the error of a row.</summary>
    /// <param name="path">The file, or words for a picture that has none.</param>
    /// <param name="row">The row's position from 0; negative when it is not known.</param>
    /// <param name="inner">What went wrong.</param>
    public BadImageException(string path, long row, Exception inner)
        : base($"{path}{(row >= 0 ? $" (row {row + 1})" : "")}: {ReasonOf(inner)}", inner)
    {
        Path = path;
        Row = row;
        Reason = ReasonOf(inner);
    }

    /// <summary>The file, or words for a picture that has none.</summary>
    public string Path { get; }

    /// <summary>The row's position from 0; -1 when it is not known.</summary>
    public long Row { get; }

    /// <summary>What is wrong, in one sentence, without the file's name.</summary>
    public string Reason { get; }

    /// <summary>True for what a bad file causes, as against a fault of the program.</summary>
    internal static bool IsBadImage(Exception e) =>
        e is ImageDecodeException or IOException or UnauthorizedAccessException or InvalidDataException or BadImageException;

    /// <summary>The reason without the file's name.</summary>
    internal static string ReasonOf(Exception e) => e switch
    {
        BadImageException bad => bad.Reason,
        ImageDecodeException decode => decode.Reason,
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "the file may not be read",
        _ => e.Message,
    };
}

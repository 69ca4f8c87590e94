using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>
/// A data set that cannot be read or split; the message names the folder, file or line and says what would be right.
/// </summary>
public sealed class DataSourceException : Exception
{
    /// <summary>Makes an error without a place.</summary>
    public DataSourceException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error at a line of a file.</summary>
    /// <param name="path">The file or folder at fault; it is put in front of the message.</param>
    /// <param name="line">Line from 1, or 0 when the whole file is meant.</param>
    /// <param name="message">What is wrong and what would be right.</param>
    /// <param name="inner">The cause, if any.</param>
    public DataSourceException(string path, int line, string message, Exception? inner = null)
        : base(line > 0 ? $"{path}, line {line}: {message}" : $"{path}: {message}", inner)
    {
        Path = path;
        Line = line;
    }

    /// <summary>Makes an error of everything in a data set that cannot be used.</summary>
    /// <param name="path">The data set.</param>
    /// <param name="unusable">The files, links and folders; the message names the first twenty and counts the others.</param>
    public DataSourceException(string path, IReadOnlyList<SkippedImage> unusable)
        : this(path, 0, Describe(unusable))
    {
        Unusable = unusable;
    }

    /// <summary>The file or folder at fault.</summary>
    public string? Path { get; }

    /// <summary>The line at fault, from 1; 0 when there is none.</summary>
    public int Line { get; }

    /// <summary>Everything in the data set that cannot be used, where that is the error.</summary>
    public IReadOnlyList<SkippedImage> Unusable { get; } = [];

    internal static string Named(IReadOnlyList<SkippedImage> files) =>
        NameList.Of(files.Select(f => $"{f.Path}: {f.Reason.TrimEnd('.')}"), "; ");

    private static string Describe(IReadOnlyList<SkippedImage> unusable)
    {
        ArgumentNullException.ThrowIfNull(unusable);
        return $"{unusable.Count} of the files and folders in it cannot be used: {Named(unusable)}. Mend or remove them; the "
            + "policy 'skip' for bad images (--bad-images skip) leaves them out.";
    }
}

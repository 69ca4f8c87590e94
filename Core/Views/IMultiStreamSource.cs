namespace MlPipeline.Core;

/// <summary>One or more streams to read data from.</summary>
public interface IMultiStreamSource
{
    /// <summary>How many streams there are.</summary>
    int Count { get; }

    /// <summary>Where a stream lies on disk, or null.</summary>
    string? GetPathOrNull(int index);

    /// <summary>Opens a stream.</summary>
    Stream Open(int index);

    /// <summary>Opens a stream as UTF-8 text.</summary>
    TextReader OpenTextReader(int index);
}

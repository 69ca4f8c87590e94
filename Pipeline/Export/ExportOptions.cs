namespace MlPipeline;

/// <summary>What an exported model does beside the network and the head, and what it is checked on.</summary>
public sealed record ExportOptions
{
    /// <summary>Whether the file takes pictures of any size, and resizes and crops them itself; false (default) for pictures
    /// that have the network's input size.</summary>
    public bool WithPreprocessing { get; init; }

    /// <summary>Pictures to check the file on, beside the drawn ones that it is always checked on.</summary>
    public IReadOnlyList<string> CheckPictures { get; init; } = [];
}

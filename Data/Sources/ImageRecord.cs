namespace MlPipeline.Data.Sources;

/// <summary>One picture of a data set.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Label">Name of its class.</param>
public sealed record ImageRecord(string Path, string Label)
{
    private static readonly IReadOnlyDictionary<string, string> s_none = new Dictionary<string, string>();

    /// <summary>Further columns of a manifest by their header (a bounding box, a split, ...); empty for a folder.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = s_none;

    /// <summary>The manifest's line, from 1; 0 for a folder.</summary>
    public int Line { get; init; }
}

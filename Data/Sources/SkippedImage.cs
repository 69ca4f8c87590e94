namespace MlPipeline.Data.Sources;

/// <summary>A picture that was left out, and why.</summary>
/// <param name="Path">The file, or a description of the row when there is no file.</param>
/// <param name="Reason">One sentence.</param>
public sealed record SkippedImage(string Path, string Reason);

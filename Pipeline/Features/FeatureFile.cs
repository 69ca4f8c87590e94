namespace MlPipeline.Pipeline.Features;

/// <summary>Opens feature files by their extension.</summary>
public static class FeatureFile
{
    /// <summary>Creates a .csv file (path, label, f0, f1, ...) or a .npy file (N x K float32, with path and label of each row in
    /// file.npy.tsv).</summary>
    /// <param name="path">The file; an older one is replaced when the new one is complete.</param>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    public static IFeatureWriter Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => new CsvFeatureWriter(path),
            ".npy" => new NpyFeatureWriter(path),
            _ =>
                throw new ArgumentException($"Features are written as .csv or .npy, not '{Path.GetFileName(path)}'.",
                    nameof(path)),
        };
    }
}

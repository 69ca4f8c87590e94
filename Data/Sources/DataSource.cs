using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>Opens a data set by what the path is.</summary>
public static class DataSource
{
    /// <summary>
    /// Reads a folder with one sub-folder per class (<see cref="ImageFolder"/>) or a TSV/CSV file (<see cref="Manifest"/>).
    /// </summary>
    /// <exception cref="DataSourceException">There is nothing at the path, or it holds no data set.</exception>
    public static ImageDataSet Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            return ImageFolder.Read(path);
        if (File.Exists(path))
            return Manifest.Read(path);
        throw new DataSourceException(
            path, 0,
            "there is no such folder or file; expected a folder with one sub-folder per class, or a TSV/CSV manifest "
            + "(path, label).");
    }
}

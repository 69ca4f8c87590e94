using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>Opens a data set by what the path is.</summary>
public static class DataSource
{
    /// <summary>
    /// Reads a folder with one sub-folder per class (<see cref="ImageFolder"/>), a TSV/CSV file (<see cref="Manifest"/>), or
    /// files in MNIST's format (<see cref="IdxPictures"/>). Of each picture's file no more than the first bytes are read.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The pictures to train on; <see cref="ImageDataSet.Test"/> and <see cref="ImageDataSet.Validation"/> have the
    /// others where the data set is split.</returns>
    /// <exception cref="DataSourceException">There is nothing at the path, it holds no data set, or there are files, links or
    /// folders in it that cannot be used and are not to be skipped.</exception>
    public static ImageDataSet Open(string path, DataSourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new DataSourceOptions();
        var data = options.Boxes is { } boxes ? Manifest.Read(boxes, path)
            : IdxPictures.IsAt(path) ? IdxPictures.Read(path)
            : Directory.Exists(path) ? ImageFolder.Read(path, options.FollowLinks)
            : File.Exists(path) ? Manifest.Read(path)
            : throw new DataSourceException(path, 0,
                "there is no such folder or file; expected a folder with one sub-folder per class, or a TSV/CSV manifest "
                + "(path, label), or files in MNIST's format.");
        if (options.BadImages == BadImagePolicy.Throw)
            PictureCheck.RequireUsable(path, data);
        return data;
    }
}

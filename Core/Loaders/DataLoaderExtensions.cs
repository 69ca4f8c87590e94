namespace MlPipeline.Core;

/// <summary>Shorter calls of loaders of files.</summary>
public static class DataLoaderExtensions
{
    /// <summary>The data of one or more files, one after the other, read lazily.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="path">The files, or patterns with * or ?.</param>
    /// <exception cref="FileNotFoundException">No file matches a pattern.</exception>
    public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return loader.Load(new MultiFileSource(path));
    }
}

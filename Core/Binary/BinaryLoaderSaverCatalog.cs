namespace MlPipeline.Core;

/// <summary>
/// Reading and writing of binary files: data that was dear to compute, such as features, kept with types and annotations.
/// </summary>
public static class BinaryLoaderSaverCatalog
{
    /// <summary>
    /// The data of one binary file. The schema is read at once, the rows when they are asked for, and of them only the columns
    /// that are asked for.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="fileSource">A source of one stream.</param>
    /// <exception cref="InvalidDataException">It is no such file, or a damaged one.</exception>
    public static IDataView LoadFromBinary(this DataOperationsCatalog catalog, IMultiStreamSource fileSource)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(fileSource);
        return new BinaryView(fileSource);
    }

    /// <summary>The data of a binary file; see <see cref="LoadFromBinary(DataOperationsCatalog, IMultiStreamSource)"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or a damaged one.</exception>
    public static IDataView LoadFromBinary(this DataOperationsCatalog catalog, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return LoadFromBinary(catalog, new MultiFileSource(path));
    }

    /// <summary>
    /// Writes data with its types and annotations. Columns of structured types other than vectors, such as images, are left out
    /// with a warning.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The data.</param>
    /// <param name="stream">Where to; it is not closed.</param>
    /// <param name="keepHidden">Whether hidden columns are written too.</param>
    public static void SaveAsBinary(this DataOperationsCatalog catalog, IDataView data, Stream stream, bool keepHidden = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        BinarySaver.Save(catalog.Host, data, stream, keepHidden);
    }
}

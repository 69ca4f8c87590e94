namespace MlPipeline.Core;

/// <summary>Reading and writing of text files.</summary>
public static class TextLoaderSaverCatalog
{
    /// <summary>Makes a loader of text files with the given columns.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="separatorChar">What separates fields.</param>
    /// <param name="hasHeader">Whether the first line of each file is a header.</param>
    /// <param name="dataSample">Data to learn the number and the names of fields from.</param>
    /// <param name="allowQuoting">Whether a field may be in double quotes.</param>
    /// <param name="trimWhitespace">Whether spaces around fields are taken away.</param>
    /// <param name="allowSparse">Whether lines may be sparse.</param>
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Column[] columns, char separatorChar = '\t', bool hasHeader = false,
        IMultiStreamSource? dataSample = null, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return CreateTextLoader(
            catalog, Options(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);
    }

    /// <summary>Makes a loader of text files.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">How text is read.</param>
    /// <param name="dataSample">Data to learn the number and the names of fields from.</param>
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource? dataSample = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new TextLoader(options, dataSample);
    }

    /// <summary>Makes a loader of text files whose columns a class describes by <see cref="LoadColumnAttribute"/>s.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="separatorChar">What separates fields.</param>
    /// <param name="hasHeader">Whether the first line of each file is a header.</param>
    /// <param name="dataSample">Data to learn the number and the names of fields from.</param>
    /// <param name="allowQuoting">Whether a field may be in double quotes.</param>
    /// <param name="trimWhitespace">Whether spaces around fields are taken away.</param>
    /// <param name="allowSparse">Whether lines may be sparse.</param>
    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog, char separatorChar = '\t', bool hasHeader = false,
        IMultiStreamSource? dataSample = null, bool allowQuoting = false, bool trimWhitespace = false,
        bool allowSparse = false) =>
        CreateTextLoader<TInput>(
            catalog, Options(null, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    /// <summary>Makes a loader of text files whose columns a class describes by <see cref="LoadColumnAttribute"/>s.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">How text is read; its columns must not be set.</param>
    /// <param name="dataSample">Data to learn the number and the names of fields from.</param>
    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource? dataSample = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Columns is not null)
            throw new ArgumentException($"The columns come from {typeof(TInput).Name}; do not set them.", nameof(options));
        TextLoader.Options own = options.Clone();
        own.Columns = TextLoaderColumns.Of(typeof(TInput), () => TextLoader.ReadHeader(own, dataSample));
        return CreateTextLoader(catalog, own, dataSample);
    }

    /// <summary>Reads a text file, or the files that a pattern matches, with the given columns.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, or a pattern with * or ?.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="separatorChar">What separates fields.</param>
    /// <param name="hasHeader">Whether the first line of each file is a header.</param>
    /// <param name="allowQuoting">Whether a field may be in double quotes.</param>
    /// <param name="trimWhitespace">Whether spaces around fields are taken away.</param>
    /// <param name="allowSparse">Whether lines may be sparse.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog, string path, TextLoader.Column[] columns, char separatorChar = '\t',
        bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return LoadFromTextFile(
            catalog, path, Options(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));
    }

    /// <summary>Reads a text file whose columns a class describes by <see cref="LoadColumnAttribute"/>s.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, or a pattern with * or ?.</param>
    /// <param name="separatorChar">What separates fields.</param>
    /// <param name="hasHeader">Whether the first line of each file is a header.</param>
    /// <param name="allowQuoting">Whether a field may be in double quotes.</param>
    /// <param name="trimWhitespace">Whether spaces around fields are taken away.</param>
    /// <param name="allowSparse">Whether lines may be sparse.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog, string path, char separatorChar = '\t',
        bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        LoadFromTextFile<TInput>(
            catalog, path, Options(null, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    /// <summary>Reads a text file.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, or a pattern with * or ?.</param>
    /// <param name="options">How text is read; by default a Label and Features, separated by tabs.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options? options = null)
    {
        MultiFileSource source = Source(path);
        return CreateTextLoader(catalog, options ?? new TextLoader.Options(), source).Load(source);
    }

    /// <summary>Reads a text file whose columns a class describes by <see cref="LoadColumnAttribute"/>s.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, or a pattern with * or ?.</param>
    /// <param name="options">How text is read; its columns must not be set.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        MultiFileSource source = Source(path);
        return CreateTextLoader<TInput>(catalog, options, source).Load(source);
    }

    /// <summary>Writes data as text, so that <see cref="TextLoader"/> reads the same values.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The data; its columns are of primitive types or vectors of them.</param>
    /// <param name="stream">Where to; it is not closed.</param>
    /// <param name="separatorChar">What separates fields.</param>
    /// <param name="headerRow">Whether the first line names the fields.</param>
    /// <param name="schema">Whether comments before it tell the types.</param>
    /// <param name="keepHidden">Whether hidden columns are written too.</param>
    /// <param name="forceDense">Whether no line is written sparsely.</param>
    public static void SaveAsText(
        this DataOperationsCatalog catalog, IDataView data, Stream stream, char separatorChar = '\t', bool headerRow = true,
        bool schema = true, bool keepHidden = false, bool forceDense = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        new TextSaver(data, separatorChar, keepHidden, forceDense).Save(stream, headerRow, schema);
    }

    private static MultiFileSource Source(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MultiFileSource source = new(path);
        if (source.Count == 1 && !File.Exists(source.GetPathOrNull(0)))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        return source;
    }

    private static TextLoader.Options Options(
        TextLoader.Column[]? columns, char separator, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse) =>
        new()
        {
            Columns = columns!,
            Separators = [separator],
            HasHeader = hasHeader,
            AllowQuoting = allowQuoting,
            TrimWhitespace = trimWhitespace,
            AllowSparse = allowSparse,
        };
}

namespace MlPipeline.Core;

/// <summary>Saving, loading and using models.</summary>
public sealed class ModelOperationsCatalog
{
    internal ModelOperationsCatalog(Host host) => Host = host;

    internal Host Host { get; }

    /// <summary>Saves a model and the schema of its input to a stream.</summary>
    /// <exception cref="NotSupportedException">A transformer of the model cannot be saved.</exception>
    public void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ModelFile.ToBytes(Host, model, inputSchema, null));
    }

    /// <summary>Saves a model and the schema of its input to a file, which is there complete or not at all.</summary>
    /// <exception cref="NotSupportedException">A transformer of the model cannot be saved.</exception>
    public void Save(ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        ModelFile.WriteAtomically(filePath, ModelFile.ToBytes(Host, model, inputSchema, null));
    }

    /// <summary>Saves a model with the loader of its input to a stream.</summary>
    /// <exception cref="NotSupportedException">The loader or a transformer cannot be saved.</exception>
    public void Save<TSource>(ITransformer? model, IDataLoader<TSource> loader, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ModelFile.ToBytes(Host, model, loader.GetOutputSchema(), loader));
    }

    /// <summary>Saves a model with the loader of its input to a file, which is there complete or not at all.</summary>
    /// <exception cref="NotSupportedException">The loader or a transformer cannot be saved.</exception>
    public void Save<TSource>(ITransformer? model, IDataLoader<TSource> loader, string filePath)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        ModelFile.WriteAtomically(filePath, ModelFile.ToBytes(Host, model, loader.GetOutputSchema(), loader));
    }

    /// <summary>Loads a model from a stream, which is read to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="inputSchema">The schema that was saved with it, or null.</param>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one, or of a newer version.</exception>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelFile file = ModelFile.Read(Host, stream, "the stream");
        inputSchema = file.InputSchema!;
        return file.Model;
    }

    /// <summary>Loads a model from a file.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The schema that was saved with it, or null.</param>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one, or of a newer version.</exception>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        ModelFile file = Open(filePath);
        inputSchema = file.InputSchema!;
        return file.Model;
    }

    /// <summary>Loads a model that was saved with the loader of its input.</summary>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one, or was saved without a loader.</exception>
    public ITransformer LoadWithDataLoader(Stream stream, out IDataLoader<IMultiStreamSource> loader)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelFile file = ModelFile.Read(Host, stream, "the stream");
        loader = file.RequireLoader();
        return file.Model;
    }

    /// <summary>Loads a model that was saved with the loader of its input.</summary>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one, or was saved without a loader.</exception>
    public ITransformer LoadWithDataLoader(string filePath, out IDataLoader<IMultiStreamSource> loader)
    {
        ModelFile file = Open(filePath);
        loader = file.RequireLoader();
        return file.Model;
    }

    /// <summary>An engine that applies the model to one example at a time.</summary>
    /// <param name="transformer">The model; every transformer in it must map row by row.</param>
    /// <param name="ignoreMissingColumns">Whether members of the prediction class without a column are left alone.</param>
    /// <param name="inputSchemaDefinition">Which members of the example class are columns.</param>
    /// <param name="outputSchemaDefinition">Which members of the prediction class are columns.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer, bool ignoreMissingColumns = true,
        SchemaDefinition? inputSchemaDefinition = null, SchemaDefinition? outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    /// <summary>An engine for examples with the types and annotations that a schema tells.</summary>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = false,
            InputSchemaDefinition = SchemaDefinition.FromSchema(typeof(TSrc), inputSchema),
        });

    /// <summary>An engine that applies the model to one example at a time.</summary>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(options);
        return new PredictionEngine<TSrc, TDst>(transformer, options);
    }

    private ModelFile Open(string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using FileStream stream = File.OpenRead(filePath);
        return ModelFile.Read(Host, stream, $"'{filePath}'");
    }
}

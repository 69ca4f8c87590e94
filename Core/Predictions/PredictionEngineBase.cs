namespace MlPipeline.Core;

/// <summary>Applies a model to one example at a time. Not for use on several threads at once.</summary>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly ITransformer _transformer;
    private readonly bool _ownsTransformer;
    private readonly ExampleRow<TSrc> _example;
    private readonly DataViewRow _row;
    private bool _disposed;

    private protected PredictionEngineBase(ITransformer transformer, PredictionEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        if (!transformer.IsRowToRowMapper)
            throw new ArgumentException(
                $"{transformer.GetType().Name} needs more than one row to make a row, so it cannot predict one example.",
                nameof(transformer));
        _transformer = transformer;
        _ownsTransformer = options.OwnsTransformer;
        _example = new ExampleRow<TSrc>(new ObjectReader<TSrc>(options.InputSchemaDefinition));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(_example.Schema);
        OutputSchema = mapper.OutputSchema;
        var writer = new ObjectWriter<TDst>(OutputSchema, options.IgnoreMissingColumns, options.OutputSchemaDefinition);
        DataViewSchema.Column[] columns = writer.Columns.ToArray();
        _example.Activate(mapper.GetDependencies(columns));
        _row = mapper.GetRow(_example, columns);
        Fill = writer.CreateFiller(_row);
    }

    /// <summary>The columns that the model gives.</summary>
    public DataViewSchema OutputSchema { get; }

    private protected Action<TDst> Fill { get; }

    /// <summary>The prediction for an example.</summary>
    public TDst Predict(TSrc example)
    {
        var prediction = new TDst();
        Predict(example, ref prediction);
        return prediction;
    }

    /// <summary>Writes the prediction for an example into an object, re-using its arrays.</summary>
    public abstract void Predict(TSrc example, ref TDst prediction);

    /// <summary>Frees the model too, if the engine owns it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _row.Dispose();
        if (_ownsTransformer)
            (_transformer as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Move(TSrc example)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(example);
        _example.Move(example);
    }
}

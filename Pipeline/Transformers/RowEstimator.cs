namespace MlPipeline.Pipeline.Transformers;

/// <summary>Base of the estimators that learn nothing: fitting checks the columns and gives the transformer that was made
/// beforehand.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class RowEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : RowTransformer
{
    /// <summary>For deriving classes.</summary>
    /// <param name="transformer">What every <see cref="Fit"/> gives.</param>
    protected RowEstimator(TTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        Transformer = transformer;
    }

    /// <summary>What every <see cref="Fit"/> gives.</summary>
    protected TTransformer Transformer { get; }

    /// <inheritdoc/>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Transformer.Bind(input.Schema);
        return Transformer;
    }

    /// <inheritdoc/>
    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

namespace MlPipeline.Core;

/// <summary>An estimator that learns nothing: its transformer is known from the start.</summary>
public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected TrivialEstimator(Host host, TTransformer transformer)
    {
        Host = host;
        Transformer = transformer;
    }

    internal Host Host { get; }

    internal TTransformer Transformer { get; }

    /// <summary>Gives the transformer, after checking that it suits the input's schema.</summary>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    /// <inheritdoc/>
    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

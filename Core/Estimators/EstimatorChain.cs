namespace MlPipeline.Core;

/// <summary>Estimators in a row: each learns from what the ones before it give.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly EstimatorLink[] _links;

    /// <summary>The last estimator; null in an empty chain.</summary>
    public readonly IEstimator<TLastTransformer>? LastEstimator;

    /// <summary>An empty chain.</summary>
    public EstimatorChain()
        : this([], null)
    {
    }

    internal EstimatorChain(EstimatorLink[] links, IEstimator<TLastTransformer>? last)
    {
        _links = links;
        LastEstimator = last;
    }

    /// <summary>Fits one estimator after the other, each to the data that the ones before it transformed.</summary>
    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var transformers = new ITransformer[_links.Length];
        IDataView data = input;
        for (int i = 0; i < _links.Length; i++)
        {
            transformers[i] = _links[i].Estimator.Fit(data);
            if (i + 1 == _links.Length)
                break;
            data = transformers[i].Transform(data);
            if (_links[i].CacheAfter)
                data = new CacheDataView(data, null);
        }
        return new TransformerChain<TLastTransformer>(transformers, _links.Select(link => link.Scope));
    }

    /// <summary>What columns come out at the end.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (EstimatorLink link in _links)
            inputSchema = link.Estimator.GetOutputSchema(inputSchema);
        return inputSchema;
    }

    /// <summary>This chain with one more estimator.</summary>
    public EstimatorChain<TNewTrans> Append<TNewTrans>(
        IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new EstimatorChain<TNewTrans>([.. _links, new EstimatorLink(estimator, scope, false)], estimator);
    }

    /// <summary>
    /// This chain with a cache at this place, so that what follows may read the data often without computing it again.
    /// Only for fitting: the model that comes of it has no cache.
    /// </summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        if (_links.Length == 0 || _links[^1].CacheAfter)
            return this;
        return new EstimatorChain<TLastTransformer>([.. _links[..^1], _links[^1] with { CacheAfter = true }], LastEstimator);
    }
}

/// <summary>One estimator of a chain.</summary>
internal readonly record struct EstimatorLink(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);

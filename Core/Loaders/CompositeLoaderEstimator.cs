namespace MlPipeline.Core;

/// <summary>A loader, or an estimator of one, followed by estimators: fitted together on a source.</summary>
public sealed class CompositeLoaderEstimator<TSource, TLastTransformer>
    : IDataLoaderEstimator<TSource, CompositeDataLoader<TSource, TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IDataLoaderEstimator<TSource, IDataLoader<TSource>> _start;
    private readonly EstimatorChain<TLastTransformer> _chain;

    /// <summary>An estimator of a loader followed by a chain; by default an empty one.</summary>
    public CompositeLoaderEstimator(
        IDataLoaderEstimator<TSource, IDataLoader<TSource>> start, EstimatorChain<TLastTransformer>? estimatorChain = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        _start = start;
        _chain = estimatorChain ?? new EstimatorChain<TLastTransformer>();
    }

    /// <summary>Fits the loader, and then the chain to what it loads.</summary>
    public CompositeDataLoader<TSource, TLastTransformer> Fit(TSource input)
    {
        IDataLoader<TSource> loader = _start.Fit(input);
        return new CompositeDataLoader<TSource, TLastTransformer>(loader, _chain.Fit(loader.Load(input)));
    }

    /// <summary>What columns the loader will give.</summary>
    public SchemaShape GetOutputSchema() => _chain.GetOutputSchema(_start.GetOutputSchema());

    /// <summary>This estimator with one more at its end.</summary>
    public CompositeLoaderEstimator<TSource, TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new CompositeLoaderEstimator<TSource, TNewTrans>(_start, _chain.Append(estimator));
    }
}

namespace MlPipeline.Core;

/// <summary>A loader as an estimator that learns nothing.</summary>
internal sealed class TrivialLoaderEstimator<TSource, TLoader>(TLoader loader) : IDataLoaderEstimator<TSource, TLoader>
    where TLoader : IDataLoader<TSource>
{
    public TLoader Fit(TSource input) => loader;

    public SchemaShape GetOutputSchema() => SchemaShape.Create(loader.GetOutputSchema());
}

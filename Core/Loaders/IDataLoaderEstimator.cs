namespace MlPipeline.Core;

/// <summary>Learns from a source and gives a loader.</summary>
public interface IDataLoaderEstimator<in TSource, out TLoader>
    where TLoader : IDataLoader<TSource>
{
    /// <summary>Learns; the source is read as often as needed.</summary>
    TLoader Fit(TSource input);

    /// <summary>What columns the loader will give.</summary>
    SchemaShape GetOutputSchema();
}

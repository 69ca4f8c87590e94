namespace MlPipeline.Pipeline.Serving;

/// <summary>Where one model of a pool comes from.</summary>
internal sealed record PooledModelSource(IModelSource Source, bool WatchForChanges);

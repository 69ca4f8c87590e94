namespace MlPipeline.Core;

/// <summary>Saving, loading and using models.</summary>
public sealed partial class ModelOperationsCatalog
{
    internal ModelOperationsCatalog(Host host) => Host = host;

    internal Host Host { get; }
}

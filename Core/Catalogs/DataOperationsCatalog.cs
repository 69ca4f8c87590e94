namespace MlPipeline.Core;

/// <summary>Loading, filtering, splitting, caching of data.</summary>
public sealed partial class DataOperationsCatalog
{
    internal DataOperationsCatalog(Host host) => Host = host;

    internal Host Host { get; }
}

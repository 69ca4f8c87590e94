namespace MlPipeline.Core;

/// <summary>
/// The start of everything: catalogs of what can be done to data and models, one seed and one log for all of it.
/// With a seed, the same code gives the same bits, whatever the number of threads. Safe to use from many threads.
/// </summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Host _host;

    /// <summary>A context; without a seed, whatever is random differs from run to run.</summary>
    public MLContext(int? seed = null)
    {
        _host = new Host(seed, args => Log?.Invoke(this, args));
        Data = new DataOperationsCatalog(_host);
        Transforms = new TransformsCatalog(_host);
        MulticlassClassification = new MulticlassClassificationCatalog(_host);
        Model = new ModelOperationsCatalog(_host);
        ComponentCatalog = new ComponentCatalog();
        _host.Components = ComponentCatalog;
    }

    /// <summary>Raised for each message of a component, on the thread that sends it.</summary>
    public event EventHandler<LoggingEventArgs>? Log;

    /// <summary>Loading, filtering, splitting, caching of data.</summary>
    public DataOperationsCatalog Data { get; }

    /// <summary>Transformations of columns.</summary>
    public TransformsCatalog Transforms { get; }

    /// <summary>Training and judging of classifiers.</summary>
    public MulticlassClassificationCatalog MulticlassClassification { get; }

    /// <summary>Saving, loading and using models.</summary>
    public ModelOperationsCatalog Model { get; }

    /// <summary>The loadable components that this context knows.</summary>
    public ComponentCatalog ComponentCatalog { get; }

    Host IHostEnvironment.Host => _host;

    string IExceptionContext.ContextDescription => nameof(MLContext);

    TException IExceptionContext.Process<TException>(TException ex) => ex;
}

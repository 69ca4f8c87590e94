using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>
/// The start of everything: catalogs of what can be done to data and models, one seed and one log for all of it.
/// With a seed, the same code gives the same bits, whatever the number of threads. Safe to use from many threads.
/// </summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Host _host;
    private readonly ConcurrentDictionary<string, object?> _options = new(StringComparer.Ordinal);

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

    /// <summary>
    /// Whether components that would use a GPU may fall back to the CPU; nothing in this library uses one by itself.
    /// </summary>
    public bool FallbackToCpu { get; set; } = true;

    /// <summary>The GPU for components that use one; nothing in this library does by itself.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Where components may put temporary files; the system's folder by default.</summary>
    public string TempFilePath { get; set; } = Path.GetTempPath();

    /// <summary>Sets an option of that name, for components that know it.</summary>
    public void SetOption<T>(string name, T value) => _options[name] = value;

    /// <summary>Sets an option unless there is one of that name.</summary>
    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);

    /// <summary>Fetches an option; false when there is none of that name and type.</summary>
    public bool TryGetOption<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        if (_options.TryGetValue(name, out object? found) && found is T typed)
        {
            value = typed;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>The option of that name and type, or the type's default.</summary>
    public T? GetOptionOrDefault<T>(string name) => TryGetOption(name, out T? value) ? value : default;

    /// <summary>Removes an option; false when there is none.</summary>
    public bool RemoveOption(string name) => _options.TryRemove(name, out _);

    Host IHostEnvironment.Host => _host;

    string IExceptionContext.ContextDescription => nameof(MLContext);

    TException IExceptionContext.Process<TException>(TException ex) => ex;
}

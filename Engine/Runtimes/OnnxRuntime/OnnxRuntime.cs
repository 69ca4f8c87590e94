using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// Runs graphs on the native ONNX Runtime that the user brings: for GPUs, for operators that the managed engine lacks, and as the
/// peer in tests and benchmarks. Nothing in the product needs it.
/// </summary>
public sealed class OnnxRuntime : IRuntime
{
    private readonly NativeApi _api;
    private readonly OnnxRuntimeOptions _options;

    /// <summary>Loads the library.</summary>
    /// <param name="options">Where it is and how it runs.</param>
    /// <exception cref="OnnxRuntimeException">The library is absent, too old, or no ONNX Runtime.</exception>
    public OnnxRuntime(OnnxRuntimeOptions? options = null)
    {
        _options = options ?? new OnnxRuntimeOptions();
        _api = NativeApi.Load(_options.LibraryPath);
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public string Identity => $"{Name} {Version} {_options.Provider} optimisation {_options.Optimization} {EngineIdentity.Text}";

    /// <summary>The library's version, such as "1.30.0".</summary>
    public string Version => _api.Version;

    /// <summary>The execution providers that the library was built with.</summary>
    public IReadOnlyList<string> Providers => _api.Providers();

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph, or has no such execution provider.</exception>
    public ISession CreateSession(Graph graph, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= SessionOptions.Default;
        return new OnnxRuntimeSession(_api, options.Outputs == null ? graph : graph.WithOutputs([.. options.Outputs]), options.Threads, _options);
    }

    /// <summary>Opens a model file as ONNX Runtime itself reads it: nothing of it is held here, and nothing is checked but by
    /// ONNX Runtime.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">How many threads compute; 0 (the default) means one per core.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot read the file, or has no such execution provider.</exception>
    public ISession OpenModel(string path, int threads = 0) => new OnnxRuntimeSession(_api, path, threads, _options);
}

using Microsoft.ML.OnnxRuntime;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using NativeException = Microsoft.ML.OnnxRuntime.OnnxRuntimeException;

namespace MlPipeline.Engine.Runtimes;

/// <summary>
/// Runs graphs on ONNX Runtime: for GPUs, for operators that the managed engine lacks, and as the peer in tests and benchmarks.
/// </summary>
/// <remarks>
/// This library references ONNX Runtime's API alone. The program adds the native part: the package
/// <c>Microsoft.ML.OnnxRuntime</c> for CPUs, or <c>Microsoft.ML.OnnxRuntime.Gpu</c> (never both) for NVIDIA's GPUs and CPUs.
/// </remarks>
public sealed class OnnxRuntime : IRuntime
{
    private const string Ending = "ExecutionProvider";

    private readonly OnnxRuntimeOptions _options;
    private readonly string _provider;

    /// <summary>Loads the native library.</summary>
    /// <param name="options">How it runs; on the CPU with all optimisations if null.</param>
    /// <exception cref="OnnxRuntimeException">The native library is absent, or has no such execution provider.</exception>
    public OnnxRuntime(OnnxRuntimeOptions? options = null)
    {
        _options = options ?? new OnnxRuntimeOptions();
        (Version, Providers) = Load();
        _provider = Providers.FirstOrDefault(p => string.Equals(p, _options.Provider, StringComparison.OrdinalIgnoreCase))
            ?? throw new OnnxRuntimeException(
                $"This build of ONNX Runtime ({Version}) has no execution provider '{_options.Provider}'; it has "
                + $"{string.Join(", ", Providers)}. {PackageOf(_options.Provider)}");
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public string Identity =>
        $"{Name} {Version} {_provider} {_options.Device} optimisation {_options.Optimization} {EngineIdentity.Text}";

    /// <summary>The native library's version, such as "1.31.1".</summary>
    public string Version { get; }

    /// <summary>The execution providers that the native library was built with: "CPU", "CUDA" ...</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph, or its execution provider does not
    /// start.</exception>
    public ISession CreateSession(Graph graph, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= SessionOptions.Default;
        var wanted = options.Outputs == null ? graph : graph.WithOutputs([.. options.Outputs]);
        var model = OnnxWriter.ToBytes(wanted);
        return new OnnxRuntimeSession(
            Open(options.Threads, settings => new InferenceSession(model, settings)),
            wanted.Inputs, [.. wanted.Outputs.Select(wanted.Describe)]);
    }

    /// <summary>Opens a model file as ONNX Runtime itself reads it: nothing of it is held here, and nothing is checked but by
    /// ONNX Runtime.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">How many threads compute; 0 (the default) means one per core.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot read the file, or its execution provider does not
    /// start.</exception>
    public ISession OpenModel(string path, int threads = 0) =>
        Described(Open(threads, settings => new InferenceSession(path, settings)));

    /// <summary>Opens the bytes of a model file as ONNX Runtime itself reads them.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="threads">How many threads compute; 0 (the default) means one per core.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot read the file, or its execution provider does not
    /// start.</exception>
    public ISession OpenModel(byte[] onnx, int threads = 0) =>
        Described(Open(threads, settings => new InferenceSession(onnx, settings)));

    private static OnnxRuntimeSession Described(InferenceSession session) => new(
        session, OnnxRuntimeSession.Describe(session.InputNames, session.InputMetadata),
        OnnxRuntimeSession.Describe(session.OutputNames, session.OutputMetadata));

    // The API looks for the native library when one of its types is first used.
    private static (string Version, string[] Providers) Load()
    {
        try
        {
            var environment = OrtEnv.Instance();
            return (environment.GetVersionString(),
                [.. environment.GetAvailableProviders().Select(p => p.Replace(Ending, "", StringComparison.Ordinal))]);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new OnnxRuntimeException(
                "No native ONNX Runtime was found, or one that is too old. Add the package Microsoft.ML.OnnxRuntime "
                + "(for CPUs) or Microsoft.ML.OnnxRuntime.Gpu (for NVIDIA's GPUs too) to the program.", error);
        }
    }

    private static string PackageOf(string provider) => provider.ToUpperInvariant() switch
    {
        "CUDA" or "TENSORRT" =>
            "For it, let the program reference Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime.",
        "DML" => "For it, let the program reference Microsoft.ML.OnnxRuntime.DirectML in place of Microsoft.ML.OnnxRuntime.",
        _ => "Microsoft.ML.OnnxRuntime.Gpu has CUDA and TensorRT.",
    };

    private InferenceSession Open(int threads, Func<Microsoft.ML.OnnxRuntime.SessionOptions, InferenceSession> create)
    {
        using var settings = new Microsoft.ML.OnnxRuntime.SessionOptions
        {
            IntraOpNumThreads = threads == 0 ? Environment.ProcessorCount : threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = (Microsoft.ML.OnnxRuntime.GraphOptimizationLevel)_options.Optimization,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        AppendProvider(settings);
        try
        {
            return create(settings);
        }
        catch (NativeException error)
        {
            throw new OnnxRuntimeException($"ONNX Runtime: {error.Message}", error);
        }
    }

    private void AppendProvider(Microsoft.ML.OnnxRuntime.SessionOptions settings)
    {
        try
        {
            switch (_provider.ToUpperInvariant())
            {
                case "CPU":
                    break;
                case "CUDA":
                    settings.AppendExecutionProvider_CUDA(_options.Device);
                    break;
                case "TENSORRT":
                    settings.AppendExecutionProvider_Tensorrt(_options.Device);
                    break;
                case "DML":
                    settings.AppendExecutionProvider_DML(_options.Device);
                    break;
                default:
                    settings.AppendExecutionProvider(_provider);
                    break;
            }
        }
        catch (NativeException error)
        {
            throw new OnnxRuntimeException(
                $"The execution provider '{_provider}' of ONNX Runtime {Version} does not start; it may lack "
                + $"a device or libraries of its own (CUDA and cuDNN for CUDA). {error.Message}", error);
        }
    }
}

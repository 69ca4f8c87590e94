namespace MlPipeline.Engine.Runtimes;

/// <summary>How much ONNX Runtime may rewrite a graph before it runs it.</summary>
public enum GraphOptimizationLevel
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Constant folding and the like.</summary>
    Basic = 1,

    /// <summary>Fusions too.</summary>
    Extended = 2,

    /// <summary>Layouts too; the default.</summary>
    All = 99,
}

/// <summary>Where the native ONNX Runtime is and how it runs.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>The environment variable that names the library when <see cref="LibraryPath"/> does not.</summary>
    public const string PathVariable = "MLPIPELINE_ONNXRUNTIME";

    /// <summary>The path of libonnxruntime; by default <see cref="PathVariable"/>, then whatever the system's loader
    /// finds.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>Rewriting of the graph; default all.</summary>
    public GraphOptimizationLevel Optimization { get; init; } = GraphOptimizationLevel.All;

    /// <summary>The execution provider, such as <c>CPU</c> (the default) or <c>CUDA</c>, as ONNX Runtime names it.</summary>
    public string Provider { get; init; } = "CPU";

    /// <summary>The device that the provider uses; default 0.</summary>
    public int Device { get; init; }

    /// <summary>
    /// Whether idle worker threads spin while they wait for the next part; ONNX Runtime's default is that they do.
    /// </summary>
    public bool Spin { get; init; } = true;
}

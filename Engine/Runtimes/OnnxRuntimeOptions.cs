namespace MlPipeline.Engine.Runtimes;

/// <summary>How much ONNX Runtime may rewrite a graph before it runs it; the numbers are its own.</summary>
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

/// <summary>How ONNX Runtime runs.</summary>
public sealed record OnnxRuntimeOptions
{
    private readonly string _provider = "CPU";
    private readonly int _device;

    /// <summary>Rewriting of the graph; default all.</summary>
    public GraphOptimizationLevel Optimization { get; init; } = GraphOptimizationLevel.All;

    /// <summary>The execution provider as ONNX Runtime names it, such as <c>CPU</c> (the default) or <c>CUDA</c>, with or without
    /// its ending "ExecutionProvider", in any case.</summary>
    /// <exception cref="ArgumentException">Empty.</exception>
    public string Provider
    {
        get => _provider;
        init
        {
            const string Ending = "ExecutionProvider";
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            _provider = value.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? value[..^Ending.Length] : value;
        }
    }

    /// <summary>The device that the provider uses; default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Device
    {
        get => _device;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _device = value;
        }
    }
}

/// <summary>The native ONNX Runtime is not there, lacks what was asked for, or refused a model; the message says which, and which
/// package would help.</summary>
public sealed class OnnxRuntimeException : Exception
{
    /// <summary>Makes the exception.</summary>
    public OnnxRuntimeException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}

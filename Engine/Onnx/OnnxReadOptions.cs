namespace MlPipeline.Engine.Onnx;

/// <summary>Limits and permissions for reading a model.</summary>
public sealed record OnnxReadOptions
{
    /// <summary>The options used if none are given.</summary>
    public static OnnxReadOptions Default { get; } = new();

    /// <summary>The largest file read, in bytes, external data included; 2 GB by default.</summary>
    public long MaxBytes { get; init; } = 2_000_000_000;

    /// <summary>How deep messages may be nested; 64 by default.</summary>
    public int MaxNesting { get; init; } = 64;

    /// <summary>
    /// Whether weights may be read from other files beside the model (ONNX's external data); no by default, since the model names them.
    /// </summary>
    public bool AllowExternalData { get; init; }

    /// <summary>
    /// Whether a batch size fixed in the file is made free where the network allows it, also in the constant targets of Reshape; yes by default.
    /// </summary>
    public bool FreeBatch { get; init; } = true;
}

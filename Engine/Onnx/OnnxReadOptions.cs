namespace MlPipeline.Engine.Onnx;

/// <summary>Limits and permissions for reading a model.</summary>
public sealed record OnnxReadOptions
{
    private readonly long _maxBytes = 2_000_000_000;
    private readonly int _maxNesting = 64;

    /// <summary>The options used if none are given.</summary>
    public static OnnxReadOptions Default { get; } = new();

    /// <summary>The largest file read, in bytes, external data included; 2 GB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public long MaxBytes
    {
        get => _maxBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maxBytes = value;
        }
    }

    /// <summary>How deep messages may be nested; 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int MaxNesting
    {
        get => _maxNesting;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maxNesting = value;
        }
    }

    /// <summary>
    /// Whether weights may be read from other files beside the model (ONNX's external data); no by default, since the model names
    /// them.
    /// </summary>
    public bool AllowExternalData { get; init; }

    /// <summary>
    /// Whether a batch size fixed in the file is made free where the network allows it, also in the constant targets of Reshape;
    /// yes by default.
    /// </summary>
    public bool FreeBatch { get; init; } = true;
}

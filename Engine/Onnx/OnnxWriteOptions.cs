namespace MlPipeline.Engine.Onnx;

/// <summary>What is written beside the network.</summary>
public sealed record OnnxWriteOptions
{
    /// <summary>The options used if none are given.</summary>
    public static OnnxWriteOptions Default { get; } = new();

    /// <summary>The program that writes the file.</summary>
    public string ProducerName { get; init; } = "mlpipeline";

    /// <summary>Notes to store in the file, by key.</summary>
    public IReadOnlyDictionary<string, string> MetadataProperties { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether values' shapes, where they are known, are stored too; yes by default.</summary>
    public bool IncludeShapes { get; init; } = true;

    /// <summary>Whether weights (constants of 256 numbers and more in single precision) are stored as float16, each behind a Cast
    /// to single precision: half the file, and what is computed differs by their rounding (11 bits) alone. Constants with a
    /// number beyond float16's range, 65504, stay as they are. No by default.</summary>
    public bool HalfWeights { get; init; }
}

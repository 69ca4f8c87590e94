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
}

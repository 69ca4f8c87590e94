namespace MlPipeline.Pipeline.Backbones;

/// <summary>A line of the catalogue.</summary>
public sealed record BackboneEntry
{
    /// <summary>The name that <see cref="BackboneCatalog.Resolve"/> takes.</summary>
    public required string Name { get; init; }

    /// <summary>Where it comes from.</summary>
    public required BackboneKind Kind { get; init; }

    /// <summary>The file on this machine (registered), or the published file's name (known); null for an embedded one.</summary>
    public string? Path { get; init; }

    /// <summary>SHA-256 of the ONNX file in hexadecimal; null when it is not fixed.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Length of the ONNX file in bytes; 0 when it is not known.</summary>
    public long Bytes { get; init; }

    /// <summary>What is known of it beside the file.</summary>
    public BackboneOptions Options { get; init; } = new();
}

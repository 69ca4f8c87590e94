namespace MlPipeline.Pipeline.Backbones;

/// <summary>A line of the catalogue.</summary>
public sealed record BackboneEntry
{
    /// <summary>The name that <see cref="BackboneCatalog.Resolve"/> takes.</summary>
    public required string Name { get; init; }

    /// <summary>Where it comes from.</summary>
    public required BackboneKind Kind { get; init; }

    /// <summary>The file on this machine (registered, pulled, of a package), or the published file's name (known); null for an
    /// embedded one.</summary>
    public string? Path { get; init; }

    /// <summary>SHA-256 of the ONNX file in hexadecimal; null when it is not fixed.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Length of the ONNX file in bytes; 0 when it is not known.</summary>
    public long Bytes { get; init; }

    /// <summary>Where it was published; null when that is not known.</summary>
    public string? Address { get; init; }

    /// <summary>The NuGet package, with its version, that has the same file in it; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>The published share of ImageNet's validation pictures, in percent, whose class came first; null when none was
    /// published.</summary>
    public double? Top1 { get; init; }

    /// <summary>The same for pictures whose class came among the first five.</summary>
    public double? Top5 { get; init; }

    /// <summary>Whose classes it tells apart, such as "ImageNet"; null when that is not known, or it has no classifier.</summary>
    public string? Classes { get; init; }

    /// <summary>What is known of it beside the file.</summary>
    public BackboneOptions Options { get; init; } = new();
}

namespace MlPipeline.Pipeline;

/// <summary>What a model file says about itself; read without loading the model.</summary>
public sealed record ModelManifest
{
    /// <summary>The newest format that this version writes and reads: 2 has features from several depths and several views of a
    /// picture. What needs neither is written as 1, so that older programs read it.</summary>
    public const int CurrentFormat = 2;

    /// <summary>The version of the file's format.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The version of the program that wrote the file.</summary>
    public string WrittenBy { get; init; } = "";

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The columns that the model was trained on, as name and type.</summary>
    public IReadOnlyList<ManifestColumn> InputColumns { get; init; } = [];

    /// <summary>What was measured at training, by name (<c>microAccuracy</c>, ...).</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The training data's fingerprint (see <see cref="Data.ImageDataSet.Fingerprint"/>).</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Further facts for people (trainer, options, seed, ...).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The networks inside, or named by their hash.</summary>
    public IReadOnlyList<ManifestBackbone> Backbones { get; init; } = [];

    /// <summary>Every other entry of the file with its length and SHA-256.</summary>
    public IReadOnlyList<ManifestEntry> Entries { get; init; } = [];
}

namespace MlPipeline.Pipeline;

/// <summary>What a model file holds: the trained chain and what is known about it.</summary>
public sealed record TrainedModel
{
    /// <summary>The trained chain, from the text column with paths to the scores.</summary>
    public required ITransformer Transformer { get; init; }

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The schema it was trained on; only names and types are kept. Null when loaded: see
    /// <see cref="Manifest"/>.</summary>
    public DataViewSchema? InputSchema { get; init; }

    /// <summary>What was measured, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The training data's fingerprint.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Further facts for people (trainer, options, seed, ...).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>What the file says about itself; null before it is saved.</summary>
    public ModelManifest? Manifest { get; init; }
}

namespace MlPipeline;

/// <summary>What is said of an ONNX file by hand; everything left out is found from the file, its sidecar or the
/// catalogue.</summary>
public sealed record BackboneOptions
{
    /// <summary>A name; the file's name without extension by default.</summary>
    public string? Name { get; init; }

    /// <summary>How pictures are prepared; a layout other than the network's gives way to it.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>How the preprocessing was chosen among recipes, a line for each; null where it was not.</summary>
    public IReadOnlyList<string>? PreprocessingEvidence { get; init; }

    /// <summary>What the outputs mean; seen from the graph by default.</summary>
    public NetworkOutputs? Outputs { get; init; }

    /// <summary>The value that is the feature map (N x K x H x W).</summary>
    public string? FeatureMap { get; init; }

    /// <summary>The value that is the pooled features (N x K).</summary>
    public string? Pooled { get; init; }

    /// <summary>What the features are taken from, as <see cref="Backbone.WithFeatures"/> takes it; the pooled features by
    /// default.</summary>
    public string? FeaturesFrom { get; init; }

    /// <summary>The value that is the logits (N x C).</summary>
    public string? Logits { get; init; }

    /// <summary>The network's own class names, in the order of its logits; for the one output of a two-class network the name of
    /// the class whose probability it is, or both names, that one last.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>These options, with what they leave out taken from others.</summary>
    internal BackboneOptions Or(BackboneOptions? other) => other is null ? this : new BackboneOptions
    {
        Name = Name ?? other.Name,
        Preprocessing = Preprocessing ?? other.Preprocessing,
        PreprocessingEvidence = Preprocessing is null ? other.PreprocessingEvidence : PreprocessingEvidence,
        Outputs = Outputs ?? other.Outputs,
        FeatureMap = FeatureMap ?? other.FeatureMap,
        Pooled = Pooled ?? other.Pooled,
        FeaturesFrom = FeaturesFrom ?? other.FeaturesFrom,
        Logits = Logits ?? other.Logits,
        ClassNames = ClassNames ?? other.ClassNames,
        Licence = Licence ?? other.Licence,
    };
}

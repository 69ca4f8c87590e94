using System.Text.Json.Serialization;

namespace MlPipeline.Pipeline.Models;

/// <summary>A network that a model needs.</summary>
public sealed record CardBackbone
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>SHA-256 of the ONNX file in hexadecimal.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>True when the ONNX file is inside; false when it must be found by its hash.</summary>
    public bool Embedded { get; init; }

    /// <summary>How pictures are prepared.</summary>
    public Preprocessing Preprocessing { get; init; } = new();

    /// <summary>How the preprocessing was chosen among recipes, a line for each; null where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? PreprocessingEvidence { get; init; }

    /// <summary>What the network's outputs mean; null in older files, where it is seen from the graph.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkOutputs? Outputs { get; init; }

    /// <summary>The value that is the feature map; null when there is none.</summary>
    public string? FeatureMap { get; init; }

    /// <summary>The value that is the pooled features; null for the spatial mean of the feature map.</summary>
    public string? Pooled { get; init; }

    /// <summary>What the features are taken from (<see cref="Backbone.WithFeatures"/>); null for the pooled features.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FeaturesFrom { get; init; }

    /// <summary>The value that is the logits; null when there is none.</summary>
    public string? Logits { get; init; }

    /// <summary>The network's own class names; empty when they are not known.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The licence; null when it is not known.</summary>
    public string? Licence { get; init; }
}

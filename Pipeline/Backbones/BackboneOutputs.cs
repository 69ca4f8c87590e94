using MlPipeline.Engine.Graphs;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Which values of a graph are what.</summary>
internal sealed record BackboneOutputs
{
    /// <summary>The graph, with a mean over the feature map added when <see cref="PooledIsAdded"/>.</summary>
    public required Graph Graph { get; init; }

    public string? FeatureMap { get; init; }

    public FeatureMapShape? FeatureMapShape { get; init; }

    public string? Pooled { get; init; }

    public int FeatureCount { get; init; }

    public bool PooledIsAdded { get; init; }

    public bool PooledIsMeanOfMap { get; init; }

    /// <summary>How the feature map is pooled in the features.</summary>
    public MapPooling FeatureMapPooling { get; init; }

    /// <summary>Where the pooled feature map begins in the features; -1 where it is no part of them.</summary>
    public int FeatureMapOffset { get; init; } = -1;

    /// <summary>What the features were asked for as; null for the pooled ones.</summary>
    public string? FeaturesFrom { get; init; }

    public IReadOnlyList<FeaturePart> Parts { get; init; } = [];

    public string? Logits { get; init; }

    /// <summary>Whether the logits are a value that was added to the graph: logarithms of probabilities.</summary>
    public bool LogitsAreAdded { get; init; }

    public NetworkOutputs Kind { get; init; }

    public int ClassCount { get; init; }

    /// <summary>C x K, when the logits are linear in the pooled features.</summary>
    public float[]? ClassifierWeights { get; init; }

    public float[]? ClassifierBiases { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];
}

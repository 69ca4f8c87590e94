namespace MlPipeline.Pipeline;

/// <summary>Which columns a heatmap transformer reads and makes.</summary>
public sealed record HeatmapOptions
{
    /// <summary>The column of feature maps (K x H x W floats).</summary>
    public string FeatureMapColumnName { get; init; } = "FeatureMap";

    /// <summary>The column of images that the backbone read; needed for the overlay and the box.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>A column of scores, whose highest class is shown when <see cref="ClassName"/> is null; null (default) for the
    /// class that scores highest on the pooled map, which is the same unless the head reads features from other depths
    /// too.</summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>The class to show; null (default) for the one that scores highest.</summary>
    public string? ClassName { get; init; }

    /// <summary>A column for the map enlarged to the network's input size (floats); null for none.</summary>
    public string? UpsampledColumnName { get; init; }

    /// <summary>A column for the picture with the map over it (PNG bytes); null for none.</summary>
    public string? OverlayColumnName { get; init; }

    /// <summary>A column for the box (4 floats: left, top, width, height in original pixels; NaN when there is none); null for
    /// none.</summary>
    public string? BoxColumnName { get; init; }

    /// <summary>A column for the name of the class that is shown (text); null for none.</summary>
    public string? ClassColumnName { get; init; }

    /// <summary>The share of the map's maximum from which a place belongs to the box.</summary>
    public float BoxThreshold { get; init; } = Heatmap.DefaultBoxThreshold;

    /// <summary>The method; class activation mapping by default, of the kind that is exact for the network's pooling.</summary>
    public string Method { get; init; } = "cam";
}

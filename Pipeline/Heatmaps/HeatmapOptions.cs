using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>Which columns a heatmap transformer reads and makes.</summary>
public sealed record HeatmapOptions
{
    /// <summary>The column of feature maps (K x H x W floats) that ApplyBackbone made.</summary>
    public string FeatureMapColumnName { get; init; } = "FeatureMap";

    /// <summary>The column of scores. Its highest class is shown when <see cref="ClassName"/> is null, and a linear head of this
    /// project has left its weights on it. Where there is no such column, <see cref="Head"/> must be given, and the class that
    /// scores highest on the pooled map is shown.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The linear head whose classes are shown; null (default) for the one that made the scores. To be given for heads
    /// that leave no weights behind: see <see cref="LinearHeadWeights.Of"/> for ML.NET's linear trainers.</summary>
    public LinearHeadWeights? Head { get; init; }

    /// <summary>The column of pictures, for the overlay and the box; null (default) for the one that the backbone read.</summary>
    public string? PictureColumnName { get; init; }

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

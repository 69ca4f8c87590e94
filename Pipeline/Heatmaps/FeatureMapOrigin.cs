using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// What must be known of a column of feature maps to show classes in pictures. <see cref="BackboneTransformer"/> puts it on the
/// column as an annotation, so that a heatmap needs no handle on the network.
/// </summary>
internal sealed record FeatureMapOrigin
{
    /// <summary>The kind of the annotation: JSON text.</summary>
    public const string AnnotationKind = "FeatureMapOrigin";

    /// <summary>The network's name, for messages.</summary>
    public required string Backbone { get; init; }

    /// <summary>The column of pictures that the network read.</summary>
    public string? PictureColumn { get; init; }

    public required Preprocessing Preprocessing { get; init; }

    public required FeatureMapShape Shape { get; init; }

    /// <summary>How the map is pooled in the features.</summary>
    public required MapPooling Pooling { get; init; }

    /// <summary>Where the pooled map begins in the features; -1 where it is no part of them.</summary>
    public required int Offset { get; init; }

    public required int FeatureCount { get; init; }

    public static FeatureMapOrigin Of(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new FeatureMapOrigin
        {
            Backbone = backbone.Name,
            Preprocessing = backbone.Preprocessing,
            Shape = backbone.FeatureMapShape
                ?? throw new BackboneException(
                    $"The backbone '{backbone.Name}' has no feature map, so there is nothing to show."),
            Pooling = backbone.FeatureMapPooling,
            Offset = backbone.FeatureMapOffset,
            FeatureCount = backbone.FeatureCount,
        };
    }

    /// <summary>Reads the annotation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column has none.</exception>
    public static FeatureMapOrigin Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKind)?.Type is not TextDataViewType)
        {
            throw new ArgumentOutOfRangeException(
                nameof(column),
                $"Column '{column.Name}' does not say which network made it: it must be the feature map column of "
                + $"ApplyBackbone.");
        }

        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(AnnotationKind, ref text);
        return ModelJson.FromBytes<FeatureMapOrigin>(System.Text.Encoding.UTF8.GetBytes(text.ToString()));
    }

    public string ToJson() => System.Text.Encoding.UTF8.GetString(ModelJson.ToBytes(this));
}

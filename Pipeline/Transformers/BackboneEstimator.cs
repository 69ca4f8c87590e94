using MlPipeline.Pipeline.Images;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>Applies a pretrained network as a fixed feature extractor; see <c>ApplyBackbone</c> of
/// <see cref="BackboneEstimatorsCatalog"/>.</summary>
public sealed class BackboneEstimator : RowEstimator<BackboneTransformer>
{
    internal BackboneEstimator(BackboneTransformer transformer)
        : base(transformer)
    {
        Check(transformer.Backbone, transformer.Columns);
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(
            inputSchema, Transformer.Columns.Input, c => PictureReader.IsPicture(c) || ColumnCheck.IsFloatVector(c),
            $"{PictureReader.Expected}, or a vector of floats (pixels)");
        var shape = inputSchema;
        foreach (var (column, output) in Transformer.Columns.Outputs())
        {
            shape = OutputShape.With(shape, column, Transformer.TypeOf(output), Transformer.SlotNamesOf(output),
                Transformer.OriginOf(output));
        }

        return shape;
    }

    /// <summary>Refuses columns that the network cannot give.</summary>
    internal static void Check(Backbone backbone, BackboneColumns columns)
    {
        if (columns.Outputs().Count == 0)
            throw new BackboneException("At least one output column must be asked for: features, feature map or logits.");
        if (columns.Features is not null && backbone.PooledName is null)
        {
            throw new BackboneException(
                $"The backbone '{backbone.Name}' has no pooled features; name the value of its graph that holds them.");
        }

        if (columns.FeatureMap is not null && backbone.FeatureMapName is null)
        {
            throw new BackboneException(
                $"The backbone '{backbone.Name}' has no feature map; name the value of its graph that is one.");
        }

        if (columns.Logits is not null && backbone.LogitsName is null)
        {
            throw new BackboneException(
                $"The backbone '{backbone.Name}' has no classifier; name the value of its graph that holds its logits.");
        }
    }
}

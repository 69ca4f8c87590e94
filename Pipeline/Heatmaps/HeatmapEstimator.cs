namespace MlPipeline.Pipeline;

/// <summary>Shows where a class is seen; see <see cref="HeatmapEstimatorsCatalog.ClassActivationMap"/>.</summary>
public sealed class HeatmapEstimator : RowEstimator<HeatmapTransformer>
{
    internal HeatmapEstimator(HeatmapTransformer transformer)
        : base(transformer)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(inputSchema, Transformer.Options.FeatureMapColumnName, ColumnCheck.IsFloatVector, "a vector of floats");
        if (Transformer.ScoreColumn is { } score)
            ColumnCheck.Require(inputSchema, score, ColumnCheck.IsFloatVector, "a vector of floats");

        if (Transformer.NeedsImage)
            ColumnCheck.Require(inputSchema, Transformer.Options.ImageColumnName, ColumnCheck.IsImage, "image");

        var shape = inputSchema;
        foreach (var (name, type) in Transformer.AddedColumns())
        {
            shape = OutputShape.With(shape, name, type);
        }

        return shape;
    }
}

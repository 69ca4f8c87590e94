namespace MlPipeline.Pipeline;

/// <summary>Makes images of vectors of their pixels; see <see cref="ImageEstimatorsCatalog.ConvertToPicture"/>.</summary>
public sealed class VectorToImageConvertingEstimator : RowEstimator<VectorToImageConvertingTransformer>
{
    internal VectorToImageConvertingEstimator(VectorToImageConvertingTransformer transformer)
        : base(transformer)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(
            inputSchema, Transformer.Input,
            c => c.Kind == SchemaShape.Column.VectorKind.Vector && !c.IsKey && PixelComposition.Takes(c.ItemType),
            VectorToImageConvertingTransformer.Expected);
        return OutputShape.With(inputSchema, Transformer.Output, Transformer.OutputType);
    }
}

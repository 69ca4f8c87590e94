namespace MlPipeline.Pipeline;

/// <summary>Loads images by the paths in a text column; see <see cref="ImageEstimatorsCatalog.LoadPictures"/>.</summary>
public sealed class ImageLoadingEstimator : RowEstimator<ImageLoadingTransformer>
{
    internal ImageLoadingEstimator(ImageLoadingTransformer transformer)
        : base(transformer)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(inputSchema, Transformer.Input, ColumnCheck.IsText, "text");
        return OutputShape.With(inputSchema, Transformer.Output, Transformer.OutputType);
    }
}

namespace MlPipeline.Pipeline;

/// <summary>Base of the estimators that add a deferred step to the images of a column.</summary>
public abstract class ImageOperationEstimator : RowEstimator<ImageOperationTransformer>
{
    private protected ImageOperationEstimator(string output, string input, ImageOperation operation)
        : base(new ImageOperationTransformer(output, input, operation))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = ColumnCheck.Require(inputSchema, Transformer.Input, ColumnCheck.IsImage, "image");
        return OutputShape.With(inputSchema, Transformer.Output, Transformer.TypeAfter((ImageDataViewType)column.ItemType));
    }
}

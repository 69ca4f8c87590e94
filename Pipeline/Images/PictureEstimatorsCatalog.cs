using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline;

/// <summary>Pictures as estimators.</summary>
public static class PictureEstimatorsCatalog
{
    /// <summary>
    /// Decodes pictures into a column of ML.NET's images, for chains that go on with ML.NET's own image transforms: upright,
    /// within limits, truncated files refused. (LoadImages ignores the orientation, knows no limits and takes half a file.)
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column for the images.</param>
    /// <param name="inputColumnName">The column of pictures: paths (text), encoded bytes or images; null for
    /// <paramref name="outputColumnName"/>.</param>
    /// <param name="options">Limits, size, policy for bad pictures.</param>
    public static ImageDecodingEstimator DecodeImages(
        this TransformsCatalog catalog, string outputColumnName = "Image", string? inputColumnName = "ImagePath",
        ImageDecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new ImageDecodingEstimator(new ImageDecodingTransformer(
            outputColumnName, inputColumnName ?? outputColumnName, (options ?? new ImageDecodingOptions()).Validate()));
    }
}

/// <summary>Decodes pictures; see <see cref="PictureEstimatorsCatalog.DecodeImages"/>.</summary>
public sealed class ImageDecodingEstimator : RowEstimator<ImageDecodingTransformer>
{
    internal ImageDecodingEstimator(ImageDecodingTransformer transformer)
        : base(transformer)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnCheck.Require(inputSchema, Transformer.InputColumnName, PictureReader.IsPicture, PictureReader.Expected);
        return Transformer.AddedColumns()
            .Aggregate(inputSchema, (shape, column) => OutputShape.With(shape, column.Name, column.Type));
    }
}

namespace MlPipeline.Pipeline;

/// <summary>Extracts pixels as numbers; see <see cref="ImageEstimatorsCatalog"/>.</summary>
public sealed class ImagePixelExtractingEstimator : RowEstimator<ImagePixelExtractingTransformer>
{
    internal ImagePixelExtractingEstimator(ImagePixelExtractingTransformer transformer)
        : base(transformer)
    {
    }

    /// <summary>Which colours are extracted.</summary>
    [Flags]
    public enum ColorBits : byte
    {
        /// <summary>Opacity; always 255, because pictures are decoded without it.</summary>
        Alpha = 1,

        /// <summary>Red.</summary>
        Red = 2,

        /// <summary>Green.</summary>
        Green = 4,

        /// <summary>Blue.</summary>
        Blue = 8,

        /// <summary>Red, green and blue.</summary>
        Rgb = Red | Green | Blue,

        /// <summary>All four.</summary>
        All = Alpha | Rgb,
    }

    /// <summary>The order in which colours come.</summary>
    public enum ColorsOrder : byte
    {
        /// <summary>Alpha, red, green, blue.</summary>
        ARGB = 1,

        /// <summary>Alpha, red, blue, green.</summary>
        ARBG = 2,

        /// <summary>Alpha, blue, red, green.</summary>
        ABRG = 3,

        /// <summary>Alpha, blue, green, red.</summary>
        ABGR = 4,

        /// <summary>Alpha, green, red, blue.</summary>
        AGRB = 5,

        /// <summary>Alpha, green, blue, red.</summary>
        AGBR = 6,
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = ColumnCheck.Require(inputSchema, Transformer.Input, ColumnCheck.IsImage, "image");
        return OutputShape.With(inputSchema, Transformer.Output, Transformer.TypeAfter((ImageDataViewType)column.ItemType));
    }
}

namespace MlPipeline.Pipeline;

/// <summary>Getters on image columns that never hand out null.</summary>
internal static class PixelReader
{
    /// <summary>Reads the image column of a row.</summary>
    public static Func<PipelineImage> ImageGetter(DataViewRow row, int column)
    {
        var getter = row.GetGetter<PipelineImage>(row.Schema[column]);
        var name = row.Schema[column].Name;
        return () =>
        {
            PipelineImage image = null!;
            getter(ref image);
            return image ?? throw new InvalidOperationException($"Column '{name}' has no image in row {row.Position}.");
        };
    }
}

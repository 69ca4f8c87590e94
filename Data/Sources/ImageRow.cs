namespace MlPipeline.Data.Sources;

/// <summary>
/// A row of the data view that <see cref="ImageDataSet.ToDataView"/> gives: columns <c>ImagePath</c> and <c>Label</c>, both text.
/// </summary>
public sealed class ImageRow
{
    /// <summary>Absolute path of the picture.</summary>
    public string ImagePath { get; set; } = "";

    /// <summary>Name of its class.</summary>
    public string Label { get; set; } = "";
}

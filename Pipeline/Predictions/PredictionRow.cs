namespace MlPipeline.Pipeline;

/// <summary>The input row of <see cref="ImageClassificationModel"/>; columns are renamed to what the model reads.</summary>
internal sealed class PredictionRow
{
    public const string IndexColumn = "__row";

    /// <summary>The place in the list of pictures.</summary>
    [ColumnName(IndexColumn)]
    public long Index { get; set; }

    /// <summary>The path, or empty.</summary>
    public string ImagePath { get; set; } = "";

    /// <summary>Empty: the label is what is asked for.</summary>
    public string Label { get; set; } = "";

    /// <summary>The picture.</summary>
    [ImageType]
    public PipelineImage? Image { get; set; }
}

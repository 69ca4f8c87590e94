namespace MlPipeline.Cli.Jobs;

/// <summary>One picture as heads are trained on: its class and its pooled features.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    [VectorType]
    public float[] Features { get; set; } = [];

    /// <summary>The row's share of its picture's weight.</summary>
    public float Weight { get; set; } = 1;

    /// <summary>The picture that the row is a view of.</summary>
    public int Picture { get; set; }
}

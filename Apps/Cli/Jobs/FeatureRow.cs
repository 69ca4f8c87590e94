namespace MlPipeline.Cli.Jobs;

/// <summary>One picture as heads are trained on: its class and its pooled features.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    [VectorType]
    public float[] Features { get; set; } = [];
}

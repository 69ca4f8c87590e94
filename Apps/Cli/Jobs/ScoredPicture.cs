namespace MlPipeline.Cli.Jobs;

/// <summary>A picture's true class and what a model says of it, as the evaluator reads it.</summary>
internal sealed class ScoredPicture
{
    public string Label { get; set; } = "";

    [VectorType]
    public float[] Score { get; set; } = [];

    /// <summary>The predicted class, counted from 1.</summary>
    [KeyType]
    public uint PredictedLabel { get; set; }
}

namespace MlPipeline.Trainers;

/// <summary>What the trainer tells: of reading the bottleneck features, or of an epoch.</summary>
public sealed class ImageClassificationMetrics
{
    internal ImageClassificationMetrics(TrainMetrics? train, BottleneckMetrics? bottleneck)
    {
        Train = train;
        Bottleneck = bottleneck;
    }

    /// <summary>An epoch; null while features are read.</summary>
    public TrainMetrics? Train { get; }

    /// <summary>A row whose features were read; null afterwards.</summary>
    public BottleneckMetrics? Bottleneck { get; }

    /// <inheritdoc/>
    public override string ToString() => (Train as object ?? Bottleneck)?.ToString() ?? "";

    /// <summary>Which rows.</summary>
    public enum Dataset
    {
        /// <summary>Those trained on.</summary>
        Train,

        /// <summary>Those that choose the epoch.</summary>
        Validation,
    }
}

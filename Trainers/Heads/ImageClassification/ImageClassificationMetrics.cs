namespace MlPipeline;

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

/// <summary>A row whose features were read.</summary>
/// <param name="DatasetUsed">Whether it is of the training or of the validation rows.</param>
/// <param name="Index">Its number, from 0.</param>
public sealed record BottleneckMetrics(ImageClassificationMetrics.Dataset DatasetUsed, int Index);

/// <summary>How an epoch went.</summary>
/// <param name="DatasetUsed">Whether these are of the training or of the validation rows.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="BatchProcessedCount">Steps made in the epoch.</param>
/// <param name="Accuracy">The share of rows that are right.</param>
/// <param name="CrossEntropy">The mean of -ln p(label).</param>
/// <param name="LearningRate">The rate of the last step.</param>
public sealed record TrainMetrics(ImageClassificationMetrics.Dataset DatasetUsed, int Epoch, int BatchProcessedCount,
    double Accuracy,
    double CrossEntropy, double LearningRate);

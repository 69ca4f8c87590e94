namespace MlPipeline.Trainers;

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

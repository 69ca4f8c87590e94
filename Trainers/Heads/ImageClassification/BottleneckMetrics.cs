namespace MlPipeline.Trainers;

/// <summary>A row whose features were read.</summary>
/// <param name="DatasetUsed">Whether it is of the training or of the validation rows.</param>
/// <param name="Index">Its number, from 0.</param>
public sealed record BottleneckMetrics(ImageClassificationMetrics.Dataset DatasetUsed, int Index);

namespace MlPipeline.Engine.Training;

/// <summary>What a training step found before it changed anything.</summary>
/// <param name="Loss">Mean loss of the batch, natural logarithm; rows count by their weights.</param>
/// <param name="Correct">Rows whose largest logit is that of the most likely class of the target.</param>
public readonly record struct BatchLoss(double Loss, int Correct);

namespace MlPipeline;

/// <summary>What an epoch of a network's training gave.</summary>
/// <param name="Epoch">From 1; 0 for the pretrained network with its head.</param>
/// <param name="Loss">Mean loss of the training pictures as they were shown; with label smoothing it does not go down to 0. Null
/// for epoch 0.</param>
/// <param name="Accuracy">The share of them that was right when it was shown; null for epoch 0.</param>
/// <param name="ValidationLoss">Log-loss of the pictures that choose the epoch; null without any.</param>
/// <param name="ValidationAccuracy">The share of them that was right; null without any.</param>
/// <param name="LearningRate">The head's learning rate in the last step.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
public sealed record EpochResult(int Epoch, double? Loss, double? Accuracy, double? ValidationLoss, double? ValidationAccuracy,
    double LearningRate, double Seconds)
{
    /// <summary>Whether the model has the weights of this epoch.</summary>
    public bool IsKept { get; init; }
}

/// <summary>What a step of a network's training gave.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">From 1, over all epochs.</param>
/// <param name="Loss">Mean loss of the step's pictures.</param>
/// <param name="LearningRate">The head's learning rate.</param>
/// <param name="GradientLength">The length of the gradient of all trained weights before it was clipped.</param>
public sealed record TrainingStepResult(int Epoch, long Step, double Loss, double LearningRate, double GradientLength);

using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>A trained head.</summary>
/// <param name="Model">Weights and biases for features as they come; the softmax of its scores are probabilities.</param>
/// <param name="L2Regularization">The L2 regularisation that was given or chosen.</param>
/// <param name="ScoreFactor">The factor that calibration put into the weights; 1 without calibration.</param>
/// <param name="Abstention">When not to answer, chosen on held-out rows for the target precision; null without one.</param>
public sealed record HeadTrainingResult(
    LinearModel Model, double L2Regularization, double ScoreFactor, AbstentionThreshold? Abstention = null);

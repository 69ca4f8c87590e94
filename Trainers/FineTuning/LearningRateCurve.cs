namespace MlPipeline;

/// <summary>The losses of steps with ever higher learning rates.</summary>
/// <param name="Rates">The head's rate in each step.</param>
/// <param name="Losses">The loss before each step, smoothed over the steps before.</param>
/// <param name="Suggestion">The highest rate to train with: a third of the one at which the loss was least.</param>
public sealed record LearningRateCurve(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses, double Suggestion);

namespace MlPipeline.Trainers;

/// <summary>A step of <see cref="LsrDecay"/>.</summary>
/// <param name="Multiplier">The factor on the scaled learning rate.</param>
/// <param name="Epoch">The epoch from which it holds.</param>
public sealed record LearningRateSchedulerItem(float Multiplier, float Epoch);

namespace MlPipeline.Trainers.Recipe;

/// <summary>How a head is trained once.</summary>
/// <param name="LearningRate">The rate at the start.</param>
/// <param name="WeightDecay">Weight of half the sum of squared weights (not biases) against the mean loss.</param>
/// <param name="Epochs">Passes over the training samples.</param>
/// <param name="DecayAt">The share of the epochs after which the rate becomes a tenth; null for a constant rate.</param>
public sealed record RecipeSetting(double LearningRate, double WeightDecay, int Epochs, double? DecayAt = null)
{
    /// <summary>The learning rate of an epoch, counted from 0.</summary>
    public double RateAt(int epoch) => DecayAt is { } share && epoch >= share * Epochs ? LearningRate / 10 : LearningRate;
}

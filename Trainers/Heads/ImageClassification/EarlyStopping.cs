using MlPipeline.Trainers.Solvers;


namespace MlPipeline;

/// <summary>
/// When training stops before the last epoch: after <see cref="Patience"/> epochs in a row none of which was better than the best
/// before by more than <see cref="MinDelta"/>. Holds no state: one value serves any number of fits.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>Makes the criterion.</summary>
    /// <param name="minDelta">The least improvement that counts.</param>
    /// <param name="patience">Epochs without one.</param>
    /// <param name="metric">What is looked at: of the validation rows, or of the training rows where there are none.</param>
    /// <param name="checkIncreasing">Whether more of the metric is better; null (default): yes for accuracy, no for loss.</param>
    public EarlyStopping(float minDelta = 0.01f, int patience = 20, EarlyStoppingMetric metric = EarlyStoppingMetric.Accuracy,
        bool? checkIncreasing = null)
    {
        MinDelta = (float)OptionCheck.NonNegative(minDelta, nameof(minDelta));
        Patience = OptionCheck.AtLeast(1, patience, nameof(patience));
        Metric = metric;
        CheckIncreasing = checkIncreasing ?? metric == EarlyStoppingMetric.Accuracy;
    }

    /// <summary>The least improvement that counts.</summary>
    public float MinDelta { get; }

    /// <summary>Epochs without one.</summary>
    public int Patience { get; }

    /// <summary>What is looked at.</summary>
    public EarlyStoppingMetric Metric { get; }

    /// <summary>Whether more of the metric is better.</summary>
    public bool CheckIncreasing { get; }
}

/// <summary>What early stopping looks at.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>The share of rows that are right.</summary>
    Accuracy,

    /// <summary>The mean cross-entropy.</summary>
    Loss,
}

namespace MlPipeline.Trainers;

/// <summary>What early stopping looks at.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>The share of rows that are right.</summary>
    Accuracy,

    /// <summary>The mean cross-entropy.</summary>
    Loss,
}

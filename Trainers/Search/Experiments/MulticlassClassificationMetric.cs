namespace MlPipeline.Trainers.Search;

/// <summary>What an experiment makes best, as <see cref="MulticlassClassificationMetrics"/> defines it.</summary>
public enum MulticlassClassificationMetric
{
    /// <summary>The share of right rows; large is good.</summary>
    MicroAccuracy,

    /// <summary>The mean over the classes of the share of right rows; large is good.</summary>
    MacroAccuracy,

    /// <summary>The mean of -ln(probability of the true class); small is good.</summary>
    LogLoss,

    /// <summary>How much less that is than with the classes' shares as probabilities; large is good.</summary>
    LogLossReduction,
}

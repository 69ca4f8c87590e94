namespace MlPipeline.Trainers.Search;

/// <summary>What a search over heads judges them by, on rows that they were not trained on.</summary>
public enum HeadMetric
{
    /// <summary>The share of rows whose class is right; large is good.</summary>
    MicroAccuracy,

    /// <summary>The mean over the classes of that share; large is good.</summary>
    MacroAccuracy,

    /// <summary>The mean over the classes of F1; large is good.</summary>
    MacroF1,

    /// <summary>The mean of -ln(probability of the true class); small is good.</summary>
    LogLoss,
}

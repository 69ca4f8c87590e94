namespace MlPipeline.Trainers.Search;

/// <summary>What came of a trial of an experiment.</summary>
public sealed record TrialResult
{
    /// <summary>What was tried.</summary>
    public required TrialSettings TrialSettings { get; init; }

    /// <summary>The metric, as it is defined; the mean over the folds.</summary>
    public required double Metric { get; init; }

    /// <summary>The metric turned so that small is good.</summary>
    public required double Loss { get; init; }

    /// <summary>What the trial took.</summary>
    public required double DurationInMilliseconds { get; init; }

    /// <summary>The whole pipeline, fitted to all rows that may be trained on; only of the best trial.</summary>
    public ITransformer? Model { get; init; }
}

/// <summary>A trial of an experiment.</summary>
/// <param name="TrialId">Its number, from 0.</param>
/// <param name="Parameter">The point that was tried.</param>
public sealed record TrialSettings(int TrialId, Parameter Parameter);

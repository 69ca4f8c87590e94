namespace MlPipeline.Trainers.Search;

/// <summary>What a search over heads found.</summary>
/// <param name="Trials">All trials by number.</param>
/// <param name="Best">The complete trial that was chosen; null when there is none. By log-loss it is the one with the least. By a
/// share of right rows it is the one with the highest (among equal ones, the least log-loss) if that is above the first trial's
/// by
/// <see cref="HeadExperimentOptions.StandardErrors"/>, else the first (after Breiman, Friedman, Olshen and Stone 1984, section
/// 3.4.3).</param>
/// <param name="BestOptions">Its options, ready to train on all rows.</param>
/// <param name="Settings">The study's settings.</param>
public sealed record HeadExperimentResult(IReadOnlyList<TrialRecord> Trials, TrialRecord? Best, LinearHeadOptions? BestOptions,
    StudySettings Settings)
{
    /// <summary>Why there is no best trial; null when there is one.</summary>
    public string? Failure => Best == null ? NoBestTrial.Why(Trials) : null;
}

/// <summary>One fold of a nested cross-validation.</summary>
/// <param name="Fold">Its number, from 1.</param>
/// <param name="Parameters">The best point of the search on the other folds.</param>
/// <param name="SearchValue">Its value there, which tends to be too good.</param>
/// <param name="Scores">The scores on the fold.</param>
/// <param name="Rows">The rows of the fold.</param>
public sealed record NestedFold(int Fold, Parameter Parameters, double SearchValue, HeadScores Scores, int Rows);

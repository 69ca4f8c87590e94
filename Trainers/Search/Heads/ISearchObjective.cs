namespace MlPipeline.Trainers.Search;

/// <summary>What judges the points of a search.</summary>
internal interface ISearchObjective
{
    /// <summary>What is measured on what, for the study file.</summary>
    string Subject();

    /// <summary>The value of a trial's point.</summary>
    /// <param name="trial">The trial, which is told how it goes.</param>
    /// <param name="cancellation">Ends it.</param>
    double Value(Trial trial, CancellationToken cancellation);

    /// <summary>The head's options at a point.</summary>
    LinearHeadOptions OptionsOf(Parameter parameters);

    /// <summary>The trial to take.</summary>
    /// <param name="trials">All trials.</param>
    /// <param name="best">One with the best value.</param>
    /// <param name="hasStart">Whether the first is the one that the search began with.</param>
    /// <param name="cancellation">Ends it with <paramref name="best"/>.</param>
    TrialRecord Choose(IReadOnlyList<TrialRecord> trials, TrialRecord best, bool hasStart, CancellationToken cancellation);
}

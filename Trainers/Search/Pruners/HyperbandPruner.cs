namespace MlPipeline.Trainers.Search;

/// <summary>
/// Hyperband (Li et al. 2017): trials are dealt to brackets, each of which halves successively but gives its trials a longer
/// start than the one before, so that neither many short trials nor few long ones are bet on alone.
/// </summary>
public sealed class HyperbandPruner : IPruner
{
    private readonly SuccessiveHalvingPruner[] _brackets;

    /// <summary>Makes the pruner.</summary>
    /// <param name="maximumSteps">Steps of a trial that runs to its end; default 27.</param>
    /// <param name="reduction">The reduction of the halving; default 3.</param>
    public HyperbandPruner(int maximumSteps = 27, int reduction = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(reduction, 2);
        List<SuccessiveHalvingPruner> brackets = [];
        for (long start = 1; start <= maximumSteps; start *= reduction)
            brackets.Add(new SuccessiveHalvingPruner((int)start, reduction));
        _brackets = [.. brackets];
    }

    /// <inheritdoc/>
    public string Name => "hyperband";

    /// <inheritdoc/>
    public bool ShouldPrune(PruneQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var bracket = query.Trial % _brackets.Length;
        return _brackets[bracket]
            .ShouldPrune(query with { Others = [.. query.Others.Where(o => o.Trial % _brackets.Length == bracket)] });
    }

    /// <inheritdoc/>
    public override string ToString() => $"hyperband of {string.Join(", ", _brackets.AsEnumerable())}";
}

namespace MlPipeline.Trainers.Search;

/// <summary>Ends a trial whose best value so far is worse than the median of the others' best at the same step (Golovin et al.
/// 2017).</summary>
public sealed class MedianPruner : IPruner
{
    private readonly int _startupTrials;
    private readonly int _warmupSteps;

    /// <summary>Makes the pruner.</summary>
    /// <param name="startupTrials">Finished trials that are needed before any is ended; default 5.</param>
    /// <param name="warmupSteps">Steps that every trial is given; default 1.</param>
    public MedianPruner(int startupTrials = 5, int warmupSteps = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(startupTrials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        _startupTrials = startupTrials;
        _warmupSteps = warmupSteps;
    }

    /// <inheritdoc/>
    public string Name => "median";

    /// <inheritdoc/>
    public bool ShouldPrune(PruneQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Curve.Count == 0 || query.Curve[^1].Step <= _warmupSteps)
            return false;
        var step = query.Curve[^1].Step;
        double[] others = [.. query.Others.Select(o => o.BestAt(step)).OfType<double>().Order()];
        if (others.Length < _startupTrials)
            return false;
        var median = (others[(others.Length - 1) / 2] + others[others.Length / 2]) / 2;
        return new TrialCurve(query.Trial, query.Curve).BestAt(step) > median;
    }

    /// <inheritdoc/>
    public override string ToString() => $"median of {_startupTrials} after step {_warmupSteps}";
}

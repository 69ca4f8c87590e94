namespace MlPipeline.Trainers.Search;

/// <summary>
/// Asynchronous successive halving (Li et al. 2018): at steps m, m*r, m*r*r ... only the best 1/r of the trials that came so far
/// goes on.
/// </summary>
public sealed class SuccessiveHalvingPruner : IPruner
{
    private readonly int _minimumSteps;
    private readonly int _reduction;

    /// <summary>Makes the pruner.</summary>
    /// <param name="minimumSteps">Steps that every trial is given, m; default 1.</param>
    /// <param name="reduction">r; default 4.</param>
    public SuccessiveHalvingPruner(int minimumSteps = 1, int reduction = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(reduction, 2);
        _minimumSteps = minimumSteps;
        _reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "halving";

    /// <inheritdoc/>
    public bool ShouldPrune(PruneQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Curve.Count == 0)
            return false;
        var last = query.Curve[^1].Step;
        var own = new TrialCurve(query.Trial, query.Curve);
        for (long rung = _minimumSteps; rung <= last; rung *= _reduction)
        {
            var mine = own.BestAt((int)rung) ?? double.PositiveInfinity;
            double[] rivals = [.. query.Others.Select(o => o.BestAt((int)rung)).OfType<double>()];
            var promoted = (rivals.Length + 1) / _reduction;
            if (rivals.Length + 1 >= _reduction && rivals.Count(r => r < mine) >= promoted)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"halving by {_reduction} from step {_minimumSteps}";
}

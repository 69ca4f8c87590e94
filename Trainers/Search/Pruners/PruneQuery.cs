namespace MlPipeline.Trainers.Search;

/// <summary>What a pruner is asked.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Curve">The values it has reported, by step; smaller is better. Steps are epochs, or any measure of what was
/// spent.</param>
/// <param name="Others">The curves of the trials that ended before this one's generation began.</param>
public sealed record PruneQuery(int Trial, IReadOnlyList<CurvePoint> Curve, IReadOnlyList<TrialCurve> Others);

/// <summary>A value reported on the way.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Value">The value; smaller is better.</param>
public readonly record struct CurvePoint(int Step, double Value);

/// <summary>The values that a trial reported.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Points">The values by step.</param>
public sealed record TrialCurve(int Trial, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The best value up to a step, or null when nothing was reported by then or the trial ended before that
    /// step.</summary>
    public double? BestAt(int step)
    {
        if (Points.Count == 0 || Points[^1].Step < step)
            return null;
        var best = double.PositiveInfinity;
        foreach (var point in Points)
        {
            if (point.Step <= step && point.Value < best)
                best = point.Value;
        }

        return best;
    }
}

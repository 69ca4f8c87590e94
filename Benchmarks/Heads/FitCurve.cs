namespace MlPipeline.Benchmarks.Heads;

/// <summary>A fit: how long it took, where it ended, and when it had come how far.</summary>
/// <param name="Seconds">The whole call, the preparation of the data included.</param>
/// <param name="Objective">Sum of -ln p(label) + l2 / 2 |W|^2 at the end (for the SVM the sum of the classes' primal
/// objectives).</param>
/// <param name="PeakMb">The most memory that was resident, in 10^6 bytes.</param>
/// <param name="Points">Seconds since the start, and the objective then.</param>
internal sealed record FitCurve(double Seconds, double Objective, double PeakMb,
    IReadOnlyList<(double Seconds, double Objective)> Points)
{
    /// <summary>When the objective was first at or below a value; null when it never was.</summary>
    public double? SecondsTo(double objective)
    {
        foreach ((var seconds, var value) in Points)
        {
            if (value <= objective)
                return seconds;
        }

        return Objective <= objective ? Seconds : null;
    }
}

namespace MlPipeline.Benchmarks.Serving;

/// <summary>What a turn of requests came to.</summary>
/// <param name="Milliseconds">How long each answer took, the shortest first.</param>
/// <param name="Elapsed">How long the turn was.</param>
internal sealed record LoadResult(IReadOnlyList<double> Milliseconds, TimeSpan Elapsed)
{
    /// <summary>Answers in a second.</summary>
    public double Rate => Milliseconds.Count / Elapsed.TotalSeconds;

    /// <summary>The time that a share of the answers did not pass, in milliseconds.</summary>
    public double Quantile(double share) => Milliseconds[(int)(share * (Milliseconds.Count - 1))];
}

namespace MlPipeline.Benchmarks.Serving;

/// <summary>What a turn of requests came to.</summary>
/// <param name="Milliseconds">How long each answer took.</param>
/// <param name="Elapsed">How long the turn was.</param>
internal sealed record LoadResult(IReadOnlyList<double> Milliseconds, TimeSpan Elapsed)
{
    private readonly double[] _sorted = [.. Milliseconds.Order()];

    /// <summary>Answers in a second.</summary>
    public double Rate => Milliseconds.Count / Elapsed.TotalSeconds;

    /// <summary>The time that a share of the answers did not pass, in milliseconds.</summary>
    public double Quantile(double share) => _sorted[(int)(share * (_sorted.Length - 1))];
}

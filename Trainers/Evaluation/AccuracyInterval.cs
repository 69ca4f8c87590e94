namespace MlPipeline.Trainers.Evaluation;

/// <summary>
/// The 95 % interval of a share of right pictures: Wilson's (Probable inference, the law of succession, and statistical
/// inference, 1927), which is sound for few pictures and for shares near 0 and 1. It holds what the choice of the tested pictures
/// leaves open. After a cross-validation it is that of all held-out answers together, as if one head had given them: what other
/// training pictures would change is not in it (no unbiased estimate of that exists: Bengio and Grandvalet, 2004).
/// </summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record AccuracyInterval(double Low, double High)
{
    /// <summary>The normal distribution has 95 % of its mass within so many standard deviations of its mean.</summary>
    internal const double Deviations = 1.959963984540054;

    /// <summary>The interval of a share.</summary>
    /// <param name="share">The share of right pictures, from 0 to 1.</param>
    /// <param name="pictures">How many different pictures were tested, at least 1.</param>
    public static AccuracyInterval Of(double share, int pictures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        const double squared = Deviations * Deviations;
        var middle = (share + squared / (2 * pictures)) / (1 + squared / pictures);
        var half = Deviations / (1 + squared / pictures)
            * Math.Sqrt(share * (1 - share) / pictures + squared / (4.0 * pictures * pictures));

        // At 0 and 1 the ends are exact, which rounding must not hide.
        return new AccuracyInterval(share == 0 ? 0 : Math.Max(0, middle - half), share == 1 ? 1 : Math.Min(1, middle + half));
    }
}

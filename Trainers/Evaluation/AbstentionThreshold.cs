namespace MlPipeline.Trainers.Evaluation;

/// <summary>The confidence below which a classifier had better not answer.</summary>
/// <param name="Threshold">The least top probability that is answered; above 1 when no threshold reaches the target.</param>
/// <param name="Precision">The share of right answers among those given, on the rows that it was chosen on.</param>
/// <param name="Coverage">The share of rows that are answered.</param>
public sealed record AbstentionThreshold(double Threshold, double Precision, double Coverage)
{
    /// <summary>The lowest threshold at which answers have the target precision: the most answers that can be had for
    /// it.</summary>
    /// <param name="confidences">The top probability of each held-out row.</param>
    /// <param name="correct">Whether the row's prediction is right.</param>
    /// <param name="targetPrecision">The share of right answers wanted, above 0 and at most 1.</param>
    public static AbstentionThreshold Choose(IReadOnlyList<double> confidences, IReadOnlyList<bool> correct,
        double targetPrecision)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        ArgumentNullException.ThrowIfNull(correct);
        if (confidences.Count == 0 || confidences.Count != correct.Count)
        {
            throw new ArgumentException($"{confidences.Count} confidences and {correct.Count} outcomes do not match.",
                nameof(correct));
        }

        if (!(targetPrecision is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(targetPrecision), targetPrecision,
                "The target must be above 0 and at most 1.");
        }

        int[] order = [.. Enumerable.Range(0, confidences.Count).OrderByDescending(i => confidences[i])];
        var best = new AbstentionThreshold(double.BitIncrement(1), 1, 0);
        var right = 0;
        for (var i = 0; i < order.Length; i++)
        {
            right += correct[order[i]] ? 1 : 0;

            // Rows of one confidence are answered together or not at all.
            var last = i + 1 == order.Length || confidences[order[i + 1]] < confidences[order[i]];
            var precision = (double)right / (i + 1);
            if (last && precision >= targetPrecision)
                best = new AbstentionThreshold(confidences[order[i]], precision, (double)(i + 1) / order.Length);
        }

        return best;
    }
}

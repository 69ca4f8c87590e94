namespace MlPipeline;

/// <summary>The mean and the standard deviation of each feature over a set of pictures: what later pictures are compared
/// with.</summary>
/// <param name="Means">K means.</param>
/// <param name="Deviations">K standard deviations (of the population).</param>
public sealed record FeatureStatistics(IReadOnlyList<float> Means, IReadOnlyList<float> Deviations)
{
    /// <summary>Measures rows of features.</summary>
    /// <param name="rows">At least one, all of the same length.</param>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static FeatureStatistics Of(IEnumerable<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        double[] means = [], squares = [];
        var count = 0;
        foreach (var row in rows)
        {
            if (count++ == 0)
                (means, squares) = (new double[row.Length], new double[row.Length]);

            // Welford's update (1962): no difference of large sums.
            for (var k = 0; k < means.Length; k++)
            {
                var difference = row[k] - means[k];
                means[k] += difference / count;
                squares[k] += difference * (row[k] - means[k]);
            }
        }

        if (count == 0)
            throw new ArgumentException("There are no rows to measure.", nameof(rows));
        return new FeatureStatistics([.. means.Select(m => (float)m)],
            [.. squares.Select(s => (float)Math.Sqrt(s / count))]);
    }

    /// <summary>
    /// The mean over the features of ((f - mean) / deviation)^2: about 1 for a picture like those that were measured, more for
    /// one that is unlike them. Features that did not vary are left out.
    /// </summary>
    /// <param name="features">K features of a picture, or their means over many pictures: then about 0.</param>
    public double DistanceOf(ReadOnlySpan<float> features)
    {
        if (features.Length != Means.Count)
            throw new ArgumentException($"{features.Length} features cannot be compared with {Means.Count}.", nameof(features));
        var (sum, used) = (0.0, 0);
        for (var k = 0; k < features.Length; k++)
        {
            if (!(Deviations[k] > 0))
                continue;
            var standardized = (features[k] - Means[k]) / Deviations[k];
            sum += (double)standardized * standardized;
            used++;
        }

        return used == 0 ? 0 : sum / used;
    }
}

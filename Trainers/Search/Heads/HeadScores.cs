using MlPipeline.Optimizers;

namespace MlPipeline.Trainers.Search;

/// <summary>How good a head is on some rows.</summary>
/// <param name="MicroAccuracy">The share of rows whose class is right.</param>
/// <param name="MacroAccuracy">The mean of that share over the classes that have rows.</param>
/// <param name="MacroF1">The mean of F1 over the classes that have rows.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class).</param>
public sealed record HeadScores(double MicroAccuracy, double MacroAccuracy, double MacroF1, double LogLoss)
{
    private const double SmallestProbability = 1e-15;

    /// <summary>The figure that a metric names.</summary>
    public double Of(HeadMetric metric) => metric switch
    {
        HeadMetric.MicroAccuracy => MicroAccuracy,
        HeadMetric.MacroAccuracy => MacroAccuracy,
        HeadMetric.MacroF1 => MacroF1,
        HeadMetric.LogLoss => LogLoss,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
    };

    /// <summary>Scores all rows with a model.</summary>
    /// <exception cref="InvalidOperationException">The model's scores are not finite.</exception>
    public static HeadScores Measure(LinearModel model, TrainingSamples samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Measure(model, samples, [.. Enumerable.Range(0, samples.Count)]);
    }

    /// <summary>Scores some rows with a model.</summary>
    /// <exception cref="InvalidOperationException">The model's scores are not finite.</exception>
    public static HeadScores Measure(LinearModel model, TrainingSamples samples, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(rows);
        var classes = samples.ClassCount;
        int[] right = new int[classes], support = new int[classes], predicted = new int[classes];
        var scores = new float[classes];
        double loss = 0;
        foreach (var row in rows)
        {
            model.Scores(samples.Features(row), scores);
            if (!Array.TrueForAll(scores, float.IsFinite))
                throw new InvalidOperationException("The head gives scores that are not finite.");

            LinearModel.Softmax(scores);
            var label = samples.Labels[row];
            var best = Array.IndexOf(scores, scores.Max());
            support[label]++;
            predicted[best]++;
            if (best == label)
                right[label]++;

            loss -= Math.Log(Math.Max(scores[label], SmallestProbability));
        }

        int[] present = [.. Enumerable.Range(0, classes).Where(c => support[c] > 0)];
        return new HeadScores(
            right.Sum() / (double)rows.Count,
            present.Average(c => right[c] / (double)support[c]),
            present.Average(c => 2.0 * right[c] / (support[c] + predicted[c])),
            loss / rows.Count);
    }
}

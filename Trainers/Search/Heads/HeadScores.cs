using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Search;

/// <summary>How good a head is on some rows.</summary>
/// <param name="MicroAccuracy">The share of rows whose class is right.</param>
/// <param name="MacroAccuracy">The mean of that share over the classes that have rows.</param>
/// <param name="MacroF1">The mean of F1 over the classes that have rows.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class).</param>
public sealed record HeadScores(double MicroAccuracy, double MacroAccuracy, double MacroF1, double LogLoss)
{
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
    public static HeadScores Measure(LinearModel model, FeatureMatrix samples)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        var classes = samples.ClassCount;
        int[] right = new int[classes], support = new int[classes], predicted = new int[classes];
        var scores = new float[classes];
        double loss = 0;
        for (var row = 0; row < samples.Count; row++)
        {
            model.Scores(samples.Row(row), scores);
            if (!Array.TrueForAll(scores, float.IsFinite))
                throw new InvalidOperationException("The head gives scores that are not finite.");
            var label = samples.Labels[row];
            var best = Softmax.Largest(scores);
            support[label]++;
            predicted[best]++;
            if (best == label)
                right[label]++;
            loss += Softmax.LogLoss(scores, label);
        }

        int[] present = [.. Enumerable.Range(0, classes).Where(c => support[c] > 0)];
        return new HeadScores(
            right.Sum() / (double)samples.Count,
            present.Average(c => right[c] / (double)support[c]),
            present.Average(c => 2.0 * right[c] / (support[c] + predicted[c])),
            loss / samples.Count);
    }
}

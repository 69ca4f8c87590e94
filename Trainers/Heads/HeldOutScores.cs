using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>Linear scores of training rows by heads that were trained without them: what calibration and abstention are fitted
/// to.</summary>
internal sealed class HeldOutScores(IReadOnlyList<float[]> scores, IReadOnlyList<int> labels)
{
    /// <summary>The factor on the scores with the least log-loss.</summary>
    public double Factor() => TemperatureScaling.Fit(scores, labels);

    /// <summary>The lowest confidence at which answers have a precision.</summary>
    /// <param name="targetPrecision">The share of right answers.</param>
    /// <param name="factor">The factor that calibration puts on the scores.</param>
    public AbstentionThreshold Abstention(double targetPrecision, double factor)
    {
        var confidences = new double[scores.Count];
        var correct = new bool[scores.Count];
        var row = new float[scores[0].Length];
        for (var i = 0; i < correct.Length; i++)
        {
            for (var c = 0; c < row.Length; c++)
                row[c] = (float)(scores[i][c] * factor);

            LinearModel.Softmax(row);
            confidences[i] = row.Max();
            correct[i] = Array.IndexOf(row, row.Max()) == labels[i];
        }

        return AbstentionThreshold.Choose(confidences, correct, targetPrecision);
    }
}

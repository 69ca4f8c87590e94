using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;


namespace MlPipeline.Trainers.Heads;

/// <summary>
/// The factor on linear scores that makes their softmax fit held-out labels best (Guo, Pleiss, Sun and Weinberger, On calibration
/// of modern neural networks, 2017; the factor is one over their temperature). It changes no ranking.
/// </summary>
internal static class TemperatureScaling
{
    /// <summary>The factor with the least log-loss, between 1e-3 and 1e3.</summary>
    /// <param name="scores">Linear scores of held-out rows, each of one length.</param>
    /// <param name="labels">Their classes.</param>
    public static double Fit(IReadOnlyList<float[]> scores, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        if (scores.Count == 0 || scores.Count != labels.Count)
            throw new ArgumentException($"{scores.Count} rows of scores and {labels.Count} labels do not match.", nameof(labels));

        // The loss is convex in the factor; the search goes over its logarithm, by golden sections.
        double low = Math.Log(1e-3), high = Math.Log(1e3);
        var ratio = (Math.Sqrt(5) - 1) / 2;
        double a = high - ratio * (high - low), b = low + ratio * (high - low);
        double lossA = Loss(a), lossB = Loss(b);
        while (high - low > 1e-4)
        {
            if (lossA <= lossB)
            {
                (high, b, lossB) = (b, a, lossA);
                a = high - ratio * (high - low);
                lossA = Loss(a);
            }
            else
            {
                (low, a, lossA) = (a, b, lossB);
                b = low + ratio * (high - low);
                lossB = Loss(b);
            }
        }

        return Math.Exp((low + high) / 2);

        double Loss(double logarithm)
        {
            var factor = Math.Exp(logarithm);
            return labels.Select((label, i) => Softmax.LogLoss(scores[i], label, factor)).Sum();
        }
    }

    /// <summary>The model whose scores are multiplied by the factor.</summary>
    public static LinearModel Apply(LinearModel model, double factor)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new LinearModel(
            [.. model.Weights.ToArray().Select(weight => (float)(weight * factor))],
            [.. model.Biases.ToArray().Select(bias => (float)(bias * factor))]);
    }
}

using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Models;

/// <summary>What heatmaps need of a model's head: its scores for features, and what it is near some features. For any number of
/// threads at once.</summary>
internal abstract class ExplainedHead
{
    /// <summary>The class names, in the order of the scores.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>The linear head that it is, or that stands for it at the features of one picture.</summary>
    /// <param name="features">Gives the features; not called by a head that is linear.</param>
    public abstract LinearHeadWeights At(Func<float[]> features);

    /// <summary>The scores of some rows of features.</summary>
    /// <param name="features">Row by row.</param>
    /// <returns>A score for each class, row by row: before any softmax.</returns>
    public abstract float[] Score(ReadOnlySpan<float> features);
}

/// <summary>A linear head.</summary>
internal sealed class LinearExplainedHead(LinearHeadWeights weights) : ExplainedHead
{
    public LinearHeadWeights Weights => weights;

    public override IReadOnlyList<string> ClassNames => weights.ClassNames;

    public override LinearHeadWeights At(Func<float[]> features) => weights;

    public override float[] Score(ReadOnlySpan<float> features)
    {
        var scores = new float[features.Length / weights.FeatureCount * weights.ClassCount];
        for (var i = 0; i < scores.Length; i++)
        {
            var (row, c) = (i / weights.ClassCount, i % weights.ClassCount);
            scores[i] = Dot(weights.WeightsOf(c), features.Slice(row * weights.FeatureCount, weights.FeatureCount))
                + weights.Biases[c];
        }

        return scores;
    }

    private static float Dot(ReadOnlySpan<float> weights, ReadOnlySpan<float> features)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
            sum += (double)weights[k] * features[k];
        return (float)sum;
    }
}

/// <summary>
/// A head of which nothing is known but the scores that it gives: trees, several layers, any chain of ML.NET's. Probabilities are
/// taken as their logarithms less the mean of these, which are the scores of a softmax but for a constant. At the features f of a
/// picture stands for it the linear head with the weights (s(f) - s(f with f_k = 0)) / f_k: the difference quotient with the
/// whole feature as the step. It is exact where the head is linear, and does not vanish where a head has steps and no slopes, as
/// trees have; a feature of 0 weighs nothing.
/// </summary>
internal sealed class BlackBoxHead(FeaturePredictions head, IReadOnlyList<string> classNames, int featureCount) : ExplainedHead
{
    // Smaller probabilities are what a single-precision number next to 1 cannot tell from 0.
    private const float LeastProbability = 1e-7f;

    public override IReadOnlyList<string> ClassNames => classNames;

    public override LinearHeadWeights At(Func<float[]> features)
    {
        var point = features();
        int[] moved = [.. Enumerable.Range(0, point.Length).Where(k => point[k] != 0)];
        var rows = new float[(moved.Length + 1) * point.Length];
        for (var i = 0; i <= moved.Length; i++)
        {
            point.CopyTo(rows, i * point.Length);
            if (i < moved.Length)
                rows[(i * point.Length) + moved[i]] = 0;
        }

        var classes = classNames.Count;
        var scores = Score(rows);
        var whole = scores.AsSpan(moved.Length * classes);
        var (weights, biases) = (new float[classes * point.Length], whole.ToArray());
        for (var i = 0; i < moved.Length; i++)
        {
            for (var c = 0; c < classes; c++)
            {
                var weight = (float)(((double)whole[c] - scores[(i * classes) + c]) / point[moved[i]]);
                weights[(c * point.Length) + moved[i]] = weight;
                biases[c] -= weight * point[moved[i]];
            }
        }

        return new LinearHeadWeights(weights, biases, classNames);
    }

    public override float[] Score(ReadOnlySpan<float> features)
    {
        var rows = new FeatureRow[features.Length / featureCount];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new FeatureRow(i, "", "", features.Slice(i * featureCount, featureCount).ToArray());
        return [.. head.Score(rows).SelectMany(row => Logits(row.Scores))];
    }

    private static float[] Logits(float[] scores)
    {
        if (scores.Any(s => !(s is >= 0 and <= 1)) || Math.Abs(scores.Sum(s => (double)s) - 1) > 1e-3)
            return scores;
        double[] logarithms = [.. scores.Select(s => Math.Log(Math.Max(s, LeastProbability)))];
        var mean = logarithms.Average();
        return [.. logarithms.Select(l => (float)(l - mean))];
    }
}

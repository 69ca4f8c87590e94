using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Trainers.Solvers.Kernels;

/// <summary>Linear scores of one row as probabilities, p_c = exp(s_c) / sum exp(s), and what is lost by them.</summary>
public static unsafe class Softmax
{
    /// <summary>Turns scores into probabilities where they lie.</summary>
    public static void Apply(Span<float> scores)
    {
        var largest = float.NegativeInfinity;
        foreach (var score in scores)
            largest = Math.Max(largest, score);
        double sum = 0;
        for (var c = 0; c < scores.Length; c++)
        {
            scores[c] = MathF.Exp(scores[c] - largest);
            sum += scores[c];
        }

        var inverse = (float)(1 / sum);
        for (var c = 0; c < scores.Length; c++)
            scores[c] *= inverse;
    }

    /// <summary>The log-loss of a row, -ln p(label).</summary>
    /// <param name="scores">Linear scores.</param>
    /// <param name="label">The class of the row.</param>
    /// <param name="factor">What the scores are multiplied with.</param>
    public static double LogLoss(ReadOnlySpan<float> scores, int label, double factor = 1)
    {
        double top = scores[Largest(scores)], sum = 0;
        foreach (var score in scores)
            sum += Math.Exp(factor * (score - top));
        return Math.Log(sum) - factor * (scores[label] - top);
    }

    /// <summary>The index of the largest score, the first of equals.</summary>
    public static int Largest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var c = 1; c < scores.Length; c++)
        {
            if (scores[c] > scores[best])
                best = c;
        }

        return best;
    }

    /// <summary>
    /// Replaces the scores of one row by weight * (softmax - one-hot label) and returns weight * -ln p(label).
    /// The largest class is kept out of the sum, so that losses and residuals far below the precision of 1 stay exact.
    /// </summary>
    /// <param name="scores">The scores; <paramref name="padded"/> floats, of which those from <paramref name="classes"/> on are
    /// scratch.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="padded">The number of classes rounded up to whole vectors.</param>
    /// <param name="label">The class of the row.</param>
    /// <param name="weight">The weight of the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Residual(float* scores, int classes, int padded, int label, float weight)
    {
        var top = 0;
        var largest = scores[0];
        for (var c = 1; c < classes; c++)
        {
            if (scores[c] > largest)
            {
                largest = scores[c];
                top = c;
            }
        }

        var gap = largest - scores[label];
        for (var c = classes; c < padded; c++)
            scores[c] = float.NegativeInfinity;
        var shift = Vector256.Create(largest);
        for (var c = 0; c < padded; c += 8)
            Vector256.Exp(Vector256.Load(scores + c) - shift).Store(scores + c);
        scores[top] = 0f;
        Vector256<float> sums = default;
        for (var c = 0; c < padded; c += 8)
            sums += Vector256.Load(scores + c);
        double others = Vector256.Sum(sums);
        var inverse = 1 / (1 + others);
        var factor = (float)(inverse * weight);
        var factors = Vector256.Create(factor);
        for (var c = 0; c < padded; c += 8)
            (Vector256.Load(scores + c) * factors).Store(scores + c);
        if (label == top)
        {
            scores[top] = (float)(-others * inverse * weight);
        }
        else
        {
            scores[top] = factor;
            scores[label] -= weight;
        }

        return weight * (Log1p(others) + gap);
    }

    /// <summary>ln(1 + x) with full relative precision for small x (Kahan's correction).</summary>
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}

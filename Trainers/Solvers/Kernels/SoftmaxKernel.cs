using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Optimizers;

/// <summary>Softmax cross-entropy of one row of scores padded to whole vectors.</summary>
internal static unsafe class SoftmaxKernel
{
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
    public static double Residual(float* scores, int classes, int padded, int label, float weight)
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

        Vector256<float> shift = Vector256.Create(largest);
        for (var c = 0; c < padded; c += 8)
            Vector256.Exp(Vector256.Load(scores + c) - shift).Store(scores + c);

        scores[top] = 0f;
        Vector256<float> sums = default;
        for (var c = 0; c < padded; c += 8)
            sums += Vector256.Load(scores + c);

        double others = Vector256.Sum(sums);
        var inverse = 1 / (1 + others);
        var factor = (float)(inverse * weight);
        Vector256<float> factors = Vector256.Create(factor);
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
    public static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}

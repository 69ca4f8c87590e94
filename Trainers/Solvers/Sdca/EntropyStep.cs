using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Optimizers;

/// <summary>
/// The exact coordinate step of the maximum entropy dual: the distribution a over classes that maximises
/// entropy(a) + a . z - q / 2 * |a - previous|^2.
/// </summary>
/// <remarks>
/// At the maximum ln a_c + q a_c = b_c - mu with b = z + q * previous and mu such that a sums to 1; so q a_c = W(q exp(b_c -
/// mu)), W being Lambert's function. The sum is convex and decreasing in mu: Halley's method converges from any start. The
/// two-level problem is that of Yu, Huang and Lin, Dual coordinate descent methods for logistic regression and maximum entropy
/// models (2011).
/// </remarks>
internal static unsafe class EntropyStep
{
    private const int MostIterations = 30;

    /// <summary>Solves for one example.</summary>
    /// <param name="scores">z; turned into b.</param>
    /// <param name="distribution">The previous distribution; replaced by the new one. Zero from the last class on.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="padded">The number of classes rounded up to whole vectors.</param>
    /// <param name="q">The curvature, positive.</param>
    /// <param name="accuracy">The part of the first error that may remain: 0 for as exact as single precision is. The first error
    /// is as large as the step, so that a step with a small part of it left is as good.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Solve(float* scores, float* distribution, int classes, int padded, float q, float accuracy = 0f)
    {
        var top = 0;
        var largest = float.NegativeInfinity;
        for (var c = 0; c < classes; c++)
        {
            if (distribution[c] > distribution[top])
                top = c;

            scores[c] += q * distribution[c];
            largest = Math.Max(largest, scores[c]);
        }

        for (var c = classes; c < padded; c++)
            scores[c] = float.NegativeInfinity;

        // A start that is exact when the largest component stays as it is. At the lower bound one component alone is already 1.
        double lowest = largest - q;
        var mu = Math.Max(lowest, scores[top] - q * distribution[top] - Math.Log(Math.Max(distribution[top], 1e-30f)));
        var logQ = MathF.Log(q);
        double sum = 1, before = double.PositiveInfinity, enough = 2e-6;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var slope = Components(scores, distribution, padded, q, (float)(logQ - mu), out sum, out var curvature);
            var error = Math.Abs(sum - 1);
            if (iteration == 0)
                enough = Math.Max(enough, accuracy * error);

            // Steps near the end at least halve the error, until it is that of the single-precision sum.
            if (error < enough || (error < 1e-4 && error > 0.5 * before))
                break;

            before = error;
            var bend = 1 - 0.5 * (sum - 1) * curvature / (slope * slope);
            mu = Math.Max(lowest, mu + (sum - 1) / slope / Math.Max(bend, 0.5));
        }

        Vector256<float> scale = Vector256.Create((float)(1 / sum));
        for (var c = 0; c < padded; c += 8)
            (Vector256.Load(distribution + c) * scale).Store(distribution + c);
    }

    /// <summary>w(v) with w + ln w = v: Lambert's W of exp(v). Winitzki's approximation, sharpened by one step of
    /// Fritsch's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<float> LambertOfExp(Vector256<float> v)
    {
        var one = Vector256<float>.One;
        Vector256<float> exp = Vector256.Exp(v);
        Vector256<float> l = Vector256.Log(one + exp);
        l = Vector256.ConditionalSelect(Vector256.GreaterThan(v, Vector256.Create(16f)), v, l);
        l = Vector256.ConditionalSelect(Vector256.LessThan(v, Vector256.Create(-7f)), exp, l);
        var w = l * (one - Vector256.Log(one + l) / (one + one + l));

        var z = v - w - Vector256.Log(w);
        var w1 = one + w;
        var p = 2f * w1 * (w1 + z * (2f / 3f));
        var sharpened = w * (one + z / w1 * ((p - z) / (p - 2f * z)));
        return Vector256.ConditionalSelect(Vector256.LessThan(v, Vector256.Create(-18f)), exp, sharpened);
    }

    /// <summary>The relative entropy sum a ln(a / softmax(z)): the duality gap of one example. Also gives ln sum exp z.</summary>
    public static double Divergence(float* scores, float* distribution, int classes, out double logSum)
    {
        var largest = double.NegativeInfinity;
        for (var c = 0; c < classes; c++)
            largest = Math.Max(largest, scores[c]);

        double sum = 0, cross = 0;
        for (var c = 0; c < classes; c++)
        {
            double a = distribution[c];
            sum += Math.Exp(scores[c] - largest);
            if (a > 0)
                cross += a * (Math.Log(a) - (scores[c] - largest));
        }

        var log = Math.Log(sum);
        logSum = log + largest;
        return Math.Max(0, cross + log);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Components(float* b, float* a, int padded, float q, float shift, out double sum, out double curvature)
    {
        Vector256<float> shifts = Vector256.Create(shift);
        Vector256<float> inverse = Vector256.Create(1f / q);
        Vector256<float> total = default, slope = default, bend = default;
        for (var c = 0; c < padded; c += 8)
        {
            var w = LambertOfExp(Vector256.Load(b + c) + shifts);
            var component = w * inverse;
            component.Store(a + c);
            total += component;
            var share = Vector256<float>.One / (Vector256<float>.One + w);
            component *= share;
            slope += component;
            bend += component * share * share;
        }

        sum = Vector256.Sum(total);
        curvature = Vector256.Sum(bend);
        return Math.Max(Vector256.Sum(slope), 1e-30f);
    }
}

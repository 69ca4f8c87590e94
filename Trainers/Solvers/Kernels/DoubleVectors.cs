using System.Numerics;
using System.Runtime.CompilerServices;

namespace MlPipeline.Trainers.Solvers.Kernels;

/// <summary>The vector algebra of the solvers' own state, in double precision.</summary>
internal static class DoubleVectors
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var lanes = Vector<double>.Count;
        Vector<double> sum0 = default, sum1 = default;
        var i = 0;
        for (; i + 2 * lanes <= a.Length; i += 2 * lanes)
        {
            sum0 += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
            sum1 += new Vector<double>(a[(i + lanes)..]) * new Vector<double>(b[(i + lanes)..]);
        }

        var sum = Vector.Sum(sum0 + sum1);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y += factor * x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        var lanes = Vector<double>.Count;
        var factors = new Vector<double>(factor);
        var i = 0;
        for (; i + lanes <= x.Length; i += lanes)
            (new Vector<double>(y[i..]) + factors * new Vector<double>(x[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>result = x + factor * direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(ReadOnlySpan<double> x, double factor, ReadOnlySpan<double> direction, Span<double> result)
    {
        var lanes = Vector<double>.Count;
        var factors = new Vector<double>(factor);
        var i = 0;
        for (; i + lanes <= x.Length; i += lanes)
            (new Vector<double>(x[i..]) + factors * new Vector<double>(direction[i..])).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = x[i] + factor * direction[i];
    }

    /// <summary>sum += values, widened.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(ReadOnlySpan<float> values, Span<double> sum)
    {
        int lanes = Vector<float>.Count, half = Vector<double>.Count;
        var i = 0;
        for (; i + lanes <= values.Length; i += lanes)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            (new Vector<double>(sum[i..]) + low).CopyTo(sum[i..]);
            (new Vector<double>(sum[(i + half)..]) + high).CopyTo(sum[(i + half)..]);
        }

        for (; i < values.Length; i++)
            sum[i] += values[i];
    }

    /// <summary>Rounds to single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<double> values, Span<float> result)
    {
        int lanes = Vector<float>.Count, half = Vector<double>.Count;
        var i = 0;
        for (; i + lanes <= values.Length; i += lanes)
            Vector.Narrow(new Vector<double>(values[i..]), new Vector<double>(values[(i + half)..])).CopyTo(result[i..]);
        for (; i < values.Length; i++)
            result[i] = (float)values[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LargestMagnitude(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}

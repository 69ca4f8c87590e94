using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(4, 7) with the points 0, ±2/5, ±4/5, ±5/4, ±5/2 and infinity: of all pairs p and 1/p those with the smallest errors.
/// </summary>
internal readonly unsafe struct WinogradF4Of7<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    private const double A = 0.4, B = 0.8, C = 1.25, D = 2.5;
    private const double A2 = A * A, B2 = B * B, C2 = C * C, D2 = D * D;

    public static int Outputs => 4;

    public static int Taps => 7;

    public static int Components => 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(
            source.Load(0),
            source.Load(1),
            source.Load(2),
            source.Load(3),
            source.Load(4),
            source.Load(5),
            source.Load(6),
            source.Load(7),
            source.Load(8),
            source.Load(9),
            target,
            targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        target[0] = TSimd.Multiply(source[0], TSimd.Broadcast((float)(1 / (A2 * B2 * C2 * D2))));
        Filter(source, sourceStep, A, 2 * A2 * (A2 - B2) * (A2 - C2) * (A2 - D2), target + targetStep, targetStep);
        Filter(source, sourceStep, B, 2 * B2 * (B2 - A2) * (B2 - C2) * (B2 - D2), target + (3 * targetStep), targetStep);
        Filter(source, sourceStep, C, 2 * C2 * (C2 - A2) * (C2 - B2) * (C2 - D2), target + (5 * targetStep), targetStep);
        Filter(source, sourceStep, D, 2 * D2 * (D2 - A2) * (D2 - B2) * (D2 - C2), target + (7 * targetStep), targetStep);
        target[9 * targetStep] = source[6 * sourceStep];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var m0 = TSimd.Load(source);
        (var sumA, var differenceA) = SumAndDifference(source + sourceStep, sourceStep);
        (var sumB, var differenceB) = SumAndDifference(source + (3 * sourceStep), sourceStep);
        (var sumC, var differenceC) = SumAndDifference(source + (5 * sourceStep), sourceStep);
        (var sumD, var differenceD) = SumAndDifference(source + (7 * sourceStep), sourceStep);
        var m9 = TSimd.Load(source + (9 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(TSimd.Add(sumA, sumB), TSimd.Add(sumC, sumD))));
        var powers = TSimd.Multiply(differenceA, TSimd.Broadcast((float)A));
        TSimd.Store(target + targetStep, Sum(powers, differenceB, B, differenceC, C, differenceD, D));
        powers = TSimd.Multiply(sumA, TSimd.Broadcast((float)A2));
        TSimd.Store(target + (2 * targetStep), Sum(powers, sumB, B2, sumC, C2, sumD, D2));
        powers = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast((float)(A2 * A)), m9);
        TSimd.Store(target + (3 * targetStep), Sum(powers, differenceB, B2 * B, differenceC, C2 * C, differenceD, D2 * D));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(
        TVec x0, TVec x1, TVec x2, TVec x3, TVec x4, TVec x5, TVec x6, TVec x7, TVec x8, TVec x9, float* target, nint step)
    {
        // The product of x² - p² over all pairs of points, at even and at odd places.
        const double S1 = A2 + B2 + C2 + D2, S4 = A2 * B2 * C2 * D2;
        const double S2 = (A2 * B2) + (C2 * D2) + ((A2 + B2) * (C2 + D2)), S3 = (A2 * B2 * (C2 + D2)) + (C2 * D2 * (A2 + B2));
        TVec first = Cubic(x2, x4, x6, x8, S1, S2, S3), last = Cubic(x3, x5, x7, x9, S1, S2, S3);
        TSimd.Store(target, TSimd.MultiplyAdd(x0, TSimd.Broadcast((float)S4), first));
        TSimd.Store(target + (9 * step), TSimd.MultiplyAdd(x1, TSimd.Broadcast((float)S4), last));
        Pair(x1, x2, x3, x4, x5, x6, x7, x8, A, B2, C2, D2, target + step, step);
        Pair(x1, x2, x3, x4, x5, x6, x7, x8, B, A2, C2, D2, target + (3 * step), step);
        Pair(x1, x2, x3, x4, x5, x6, x7, x8, C, A2, B2, D2, target + (5 * step), step);
        Pair(x1, x2, x3, x4, x5, x6, x7, x8, D, A2, B2, C2, target + (7 * step), step);
    }

    /// <summary>The components of the points p and -p; the squares of the other points are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(
        TVec x1,
        TVec x2,
        TVec x3,
        TVec x4,
        TVec x5,
        TVec x6,
        TVec x7,
        TVec x8,
        double p,
        double q,
        double r,
        double s,
        float* target,
        nint step)
    {
        double first = q + r + s, second = (q * r) + (q * s) + (r * s), third = q * r * s;
        TVec even = Cubic(x2, x4, x6, x8, first, second, third), odd = Cubic(x1, x3, x5, x7, first, second, third);
        TSimd.Store(target, TSimd.MultiplyAdd(odd, TSimd.Broadcast((float)p), even));
        TSimd.Store(target + step, TSimd.MultiplyAdd(odd, TSimd.Broadcast((float)-p), even));
    }

    /// <summary>x3 - first x2 + second x1 - third x0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Cubic(TVec x0, TVec x1, TVec x2, TVec x3, double first, double second, double third)
    {
        var sum = TSimd.MultiplyAdd(x2, TSimd.Broadcast((float)-first), x3);
        sum = TSimd.MultiplyAdd(x1, TSimd.Broadcast((float)second), sum);
        return TSimd.MultiplyAdd(x0, TSimd.Broadcast((float)-third), sum);
    }

    /// <summary>The filter at the points p and -p, divided by the derivative there of the product over all points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Filter(TVec* source, int sourceStep, double p, double derivative, TVec* target, int targetStep)
    {
        var square = TSimd.Broadcast((float)(p * p));
        var even = TSimd.MultiplyAdd(source[6 * sourceStep], square, source[4 * sourceStep]);
        even = TSimd.MultiplyAdd(even, square, source[2 * sourceStep]);
        even = TSimd.MultiplyAdd(even, square, source[0]);
        var odd = TSimd.MultiplyAdd(source[5 * sourceStep], square, source[3 * sourceStep]);
        odd = TSimd.MultiplyAdd(odd, square, source[sourceStep]);
        even = TSimd.Multiply(even, TSimd.Broadcast((float)(1 / derivative)));
        odd = TSimd.Multiply(odd, TSimd.Broadcast((float)(p / derivative)));
        target[0] = TSimd.Add(even, odd);
        target[targetStep] = TSimd.Subtract(even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVec Sum, TVec Difference) SumAndDifference(float* source, nint sourceStep)
    {
        TVec plus = TSimd.Load(source), minus = TSimd.Load(source + sourceStep);
        return (TSimd.Add(plus, minus), TSimd.Subtract(plus, minus));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Sum(TVec start, TVec x, double xFactor, TVec y, double yFactor, TVec z, double zFactor)
    {
        start = TSimd.MultiplyAdd(x, TSimd.Broadcast((float)xFactor), start);
        start = TSimd.MultiplyAdd(y, TSimd.Broadcast((float)yFactor), start);
        return TSimd.MultiplyAdd(z, TSimd.Broadcast((float)zFactor), start);
    }
}

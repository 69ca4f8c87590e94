using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(4, 3) with the points 0, ±a, ±b and infinity, a = √½, b = √2: smaller constants than 1 and 2 give, so smaller errors.
/// </summary>
internal readonly unsafe struct WinogradF4Of3<TSimd, TVec> : IWinogradGradient<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    private const float A = 0.70710678f;
    private const float B = 1.41421356f;

    public static int Outputs => 4;

    public static int Taps => 3;

    public static int Components => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), source.Load(3), source.Load(4), source.Load(5), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep], w2 = source[2 * sourceStep];
        target[0] = w0;
        var even = TSimd.Multiply(TSimd.MultiplyAdd(w2, TSimd.Broadcast(0.5f), w0), TSimd.Broadcast(-2f / 3));
        var odd = TSimd.Multiply(w1, TSimd.Broadcast(-2f / 3 * A));
        target[targetStep] = TSimd.Add(even, odd);
        target[2 * targetStep] = TSimd.Subtract(even, odd);
        even = TSimd.Multiply(TSimd.MultiplyAdd(w2, TSimd.Broadcast(2), w0), TSimd.Broadcast(1f / 6));
        odd = TSimd.Multiply(w1, TSimd.Broadcast(1f / 6 * B));
        target[3 * targetStep] = TSimd.Add(even, odd);
        target[4 * targetStep] = TSimd.Subtract(even, odd);
        target[5 * targetStep] = w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        source += 3 * sourceStep;
        TVec m3 = TSimd.Load(source), m4 = TSimd.Load(source + sourceStep), m5 = TSimd.Load(source + (2 * sourceStep));
        TVec sumA = TSimd.Add(m1, m2), differenceA = TSimd.Subtract(m1, m2);
        TVec sumB = TSimd.Add(m3, m4), differenceB = TSimd.Subtract(m3, m4);
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(sumA, sumB)));
        var first = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(A), TSimd.Multiply(differenceB, TSimd.Broadcast(B)));
        TSimd.Store(target + targetStep, first);
        var second = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(0.5f), TSimd.Add(sumB, sumB));
        TSimd.Store(target + (2 * targetStep), second);
        var cubes = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(A / 2), m5);
        TSimd.Store(target + (3 * targetStep), TSimd.MultiplyAdd(differenceB, TSimd.Broadcast(2 * B), cubes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec>
    {
        TVec y0 = source.Load(0), y1 = source.Load(1), y2 = source.Load(2), y3 = source.Load(3);
        TSimd.Store(target, y0);
        var even = TSimd.MultiplyAdd(y2, TSimd.Broadcast(0.5f), y0);
        var odd = TSimd.MultiplyAdd(y1, TSimd.Broadcast(A), TSimd.Multiply(y3, TSimd.Broadcast(A / 2)));
        TSimd.Store(target + targetStep, TSimd.Add(even, odd));
        TSimd.Store(target + (2 * targetStep), TSimd.Subtract(even, odd));
        even = TSimd.MultiplyAdd(y2, TSimd.Broadcast(2), y0);
        odd = TSimd.MultiplyAdd(y1, TSimd.Broadcast(B), TSimd.Multiply(y3, TSimd.Broadcast(2 * B)));
        target += 3 * targetStep;
        TSimd.Store(target, TSimd.Add(even, odd));
        TSimd.Store(target + targetStep, TSimd.Subtract(even, odd));
        TSimd.Store(target + (2 * targetStep), y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec c1 = TSimd.Load(source + sourceStep), c2 = TSimd.Load(source + (2 * sourceStep));
        TVec c3 = TSimd.Load(source + (3 * sourceStep)), c4 = TSimd.Load(source + (4 * sourceStep));
        TVec sumA = TSimd.Add(c1, c2), sumB = TSimd.Add(c3, c4);
        var first = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(-2f / 3), TSimd.Load(source));
        TSimd.Store(target, TSimd.MultiplyAdd(sumB, TSimd.Broadcast(1f / 6), first));
        var odd = TSimd.Multiply(TSimd.Subtract(c1, c2), TSimd.Broadcast(-2f / 3 * A));
        TSimd.Store(target + targetStep, TSimd.MultiplyAdd(TSimd.Subtract(c3, c4), TSimd.Broadcast(1f / 6 * B), odd));
        var third = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(-1f / 3), TSimd.Load(source + (5 * sourceStep)));
        TSimd.Store(target + (2 * targetStep), TSimd.MultiplyAdd(sumB, TSimd.Broadcast(1f / 3), third));
    }

    /// <summary>The components of the finite points: what the last of six pixels has no part in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finite(TVec x0, TVec x1, TVec x2, TVec x3, TVec x4, float* target, nint step)
    {
        TSimd.Store(target, TSimd.Add(TSimd.MultiplyAdd(x2, TSimd.Broadcast(-2.5f), x0), x4));
        var even = TSimd.MultiplyAdd(x2, TSimd.Broadcast(-2), x4);
        var odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-2), x3);
        target += step;
        TSimd.Store(target, TSimd.MultiplyAdd(odd, TSimd.Broadcast(A), even));
        TSimd.Store(target + step, TSimd.MultiplyAdd(odd, TSimd.Broadcast(-A), even));
        even = TSimd.MultiplyAdd(x2, TSimd.Broadcast(-0.5f), x4);
        odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-0.5f), x3);
        target += 2 * step;
        TSimd.Store(target, TSimd.MultiplyAdd(odd, TSimd.Broadcast(B), even));
        TSimd.Store(target + step, TSimd.MultiplyAdd(odd, TSimd.Broadcast(-B), even));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, TVec x3, TVec x4, TVec x5, float* target, nint step)
    {
        Finite(x0, x1, x2, x3, x4, target, step);
        TSimd.Store(target + (5 * step), TSimd.Add(TSimd.MultiplyAdd(x3, TSimd.Broadcast(-2.5f), x1), x5));
    }
}

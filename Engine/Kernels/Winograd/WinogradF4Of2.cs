using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(4, 2) with the points ±1/2, ±3/2 and infinity: errors two thirds of what 0, ±1, 2 and infinity give, for as many operations.
/// </summary>
internal readonly unsafe struct WinogradF4Of2<TSimd, TVec> : IStridedWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 4;

    public static int Taps => 2;

    public static int Components => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), source.Load(3), source.Load(4), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep];
        TVec even = TSimd.Multiply(w0, TSimd.Broadcast(-1f / 2)), odd = TSimd.Multiply(w1, TSimd.Broadcast(-1f / 4));
        target[0] = TSimd.Add(odd, even);
        target[targetStep] = TSimd.Subtract(odd, even);
        even = TSimd.Multiply(w0, TSimd.Broadcast(1f / 6));
        odd = TSimd.Multiply(w1, TSimd.Broadcast(1f / 4));
        target[2 * targetStep] = TSimd.Add(odd, even);
        target[3 * targetStep] = TSimd.Subtract(odd, even);
        target[4 * targetStep] = w1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* odd, nint oddStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        source += 3 * sourceStep;
        TVec m3 = TSimd.Load(source), m4 = TSimd.Load(source + sourceStep);
        TVec sumA = TSimd.Add(m0, m1), differenceA = TSimd.Subtract(m0, m1);
        TVec sumB = TSimd.Add(m2, m3), differenceB = TSimd.Subtract(m2, m3);
        TSimd.Store(target, TSimd.Add(TSimd.Add(sumA, sumB), TSimd.Load(odd)));
        var value = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(1f / 2), TSimd.Load(odd + oddStep));
        TSimd.Store(target + targetStep, TSimd.MultiplyAdd(differenceB, TSimd.Broadcast(3f / 2), value));
        value = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(1f / 4), TSimd.Load(odd + (2 * oddStep)));
        TSimd.Store(target + (2 * targetStep), TSimd.MultiplyAdd(sumB, TSimd.Broadcast(9f / 4), value));
        value = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(1f / 8), TSimd.Add(m4, TSimd.Load(odd + (3 * oddStep))));
        TSimd.Store(target + (3 * targetStep), TSimd.MultiplyAdd(differenceB, TSimd.Broadcast(27f / 8), value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, TVec x3, TVec x4, float* target, nint step)
    {
        var odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-9f / 4), x3);
        var even = TSimd.MultiplyAdd(x0, TSimd.Broadcast(-9f / 4), x2);
        TSimd.Store(target, TSimd.MultiplyAdd(even, TSimd.Broadcast(1f / 2), odd));
        TSimd.Store(target + step, TSimd.MultiplyAdd(even, TSimd.Broadcast(-1f / 2), odd));
        target += 2 * step;
        odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-1f / 4), x3);
        even = TSimd.MultiplyAdd(x0, TSimd.Broadcast(-1f / 4), x2);
        TSimd.Store(target, TSimd.MultiplyAdd(even, TSimd.Broadcast(3f / 2), odd));
        TSimd.Store(target + step, TSimd.MultiplyAdd(even, TSimd.Broadcast(-3f / 2), odd));
        var last = TSimd.MultiplyAdd(x2, TSimd.Broadcast(-5f / 2), x4);
        TSimd.Store(target + (2 * step), TSimd.MultiplyAdd(x0, TSimd.Broadcast(9f / 16), last));
    }
}

using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(2, 3) with the points 0, 1, -1 and infinity: for maps so small that larger tiles would hang over the edge.
/// </summary>
internal readonly unsafe struct WinogradF2Of3<TSimd, TVec> : IWinogradGradient<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 2;

    public static int Taps => 3;

    public static int Components => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), source.Load(3), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep], w2 = source[2 * sourceStep];
        TVec even = TSimd.Add(w0, w2), half = TSimd.Broadcast(0.5f);
        target[0] = w0;
        target[targetStep] = TSimd.Multiply(TSimd.Add(even, w1), half);
        target[2 * targetStep] = TSimd.Multiply(TSimd.Subtract(even, w1), half);
        target[3 * targetStep] = w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep);
        TVec m2 = TSimd.Load(source + (2 * sourceStep)), m3 = TSimd.Load(source + (3 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(m1, m2)));
        TSimd.Store(target + targetStep, TSimd.Add(TSimd.Subtract(m1, m2), m3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec>
    {
        TVec y0 = source.Load(0), y1 = source.Load(1);
        TSimd.Store(target, y0);
        TSimd.Store(target + targetStep, TSimd.Add(y0, y1));
        TSimd.Store(target + (2 * targetStep), TSimd.Subtract(y0, y1));
        TSimd.Store(target + (3 * targetStep), y1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec c1 = TSimd.Load(source + sourceStep), c2 = TSimd.Load(source + (2 * sourceStep)), half = TSimd.Broadcast(0.5f);
        var sum = TSimd.Add(c1, c2);
        TSimd.Store(target, TSimd.MultiplyAdd(sum, half, TSimd.Load(source)));
        TSimd.Store(target + targetStep, TSimd.Multiply(TSimd.Subtract(c1, c2), half));
        TSimd.Store(target + (2 * targetStep), TSimd.MultiplyAdd(sum, half, TSimd.Load(source + (3 * sourceStep))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, TVec x3, float* target, nint step)
    {
        TSimd.Store(target, TSimd.Subtract(x0, x2));
        TSimd.Store(target + step, TSimd.Add(x1, x2));
        TSimd.Store(target + (2 * step), TSimd.Subtract(x2, x1));
        TSimd.Store(target + (3 * step), TSimd.Subtract(x3, x1));
    }
}

using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>F(2, 2) with the points 0, 1 and infinity.</summary>
internal readonly unsafe struct WinogradF2Of2<TSimd, TVec> : IStridedWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 2;

    public static int Taps => 2;

    public static int Components => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep];
        target[0] = w0;
        target[targetStep] = TSimd.Add(w0, w1);
        target[2 * targetStep] = w1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* odd, nint oddStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        TSimd.Store(target, TSimd.Add(TSimd.Add(m0, m1), TSimd.Load(odd)));
        TSimd.Store(target + targetStep, TSimd.Add(TSimd.Add(m1, m2), TSimd.Load(odd + oddStep)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, float* target, nint step)
    {
        TSimd.Store(target, TSimd.Subtract(x0, x1));
        TSimd.Store(target + step, x1);
        TSimd.Store(target + (2 * step), TSimd.Subtract(x2, x1));
    }
}

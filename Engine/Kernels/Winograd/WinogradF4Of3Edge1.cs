using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(1, 3) for what is left of a tile of <see cref="WinogradF4Of3{TSimd,TVec}"/> at the edge of a map, with its weights: the
/// points 0 and ±√½.
/// </summary>
internal readonly unsafe struct WinogradF4Of3Edge1<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 1;

    public static int Taps => 3;

    public static int Components => 6;

    public static int Missing => 0b111000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) =>
        WinogradF4Of3<TSimd, TVec>.Filter(source, sourceStep, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(m1, m2)));
    }

    /// <summary>The components of the finite points. The weights are divided by what the points left out would give.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finite(TVec x0, TVec x1, TVec x2, float* target, nint step)
    {
        TSimd.Store(target, TSimd.MultiplyAdd(x2, TSimd.Broadcast(-2), x0));
        var even = TSimd.Multiply(x2, TSimd.Broadcast(-1.5f));
        TSimd.Store(target + step, TSimd.MultiplyAdd(x1, TSimd.Broadcast(-1.5f * 0.70710678f), even));
        TSimd.Store(target + (2 * step), TSimd.MultiplyAdd(x1, TSimd.Broadcast(1.5f * 0.70710678f), even));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, float* target, nint step)
    {
        Finite(x0, x1, x2, target, step);
    }
}

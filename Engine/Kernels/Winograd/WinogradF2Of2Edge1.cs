using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(1, 2) for what is left of a tile of <see cref="WinogradF2Of2{TSimd,TVec}"/> at the edge of a map, with its weights: all of
/// its points but infinity.
/// </summary>
internal readonly unsafe struct WinogradF2Of2Edge1<TSimd, TVec> : IStridedWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 1;

    public static int Taps => 2;

    public static int Components => 3;

    public static int Missing => 0b100;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) =>
        WinogradF2Of2<TSimd, TVec>.Filter(source, sourceStep, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* odd, nint oddStep, float* target, nint targetStep)
    {
        TSimd.Store(target, TSimd.Add(TSimd.Add(TSimd.Load(source), TSimd.Load(source + sourceStep)), TSimd.Load(odd)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, float* target, nint step)
    {
        TSimd.Store(target, TSimd.Subtract(x0, x1));
        TSimd.Store(target + step, x1);
    }
}

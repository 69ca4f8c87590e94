using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>F(1, 1): the side on which a filter is one pixel wide; nothing is transformed.</summary>
internal readonly unsafe struct WinogradNone<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 1;

    public static int Taps => 1;

    public static int Components => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        TSimd.Store(target, source.Load(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) => *target = *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep) =>
        TSimd.Store(target, TSimd.Load(source));
}

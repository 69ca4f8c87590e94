using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>F(2, 5) with the points of <see cref="WinogradF4Of3{TSimd,TVec}"/>, whose input transform it shares.</summary>
internal readonly unsafe struct WinogradF2Of5<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    private const float A = 0.70710678f;
    private const float B = 1.41421356f;

    public static int Outputs => 2;

    public static int Taps => 5;

    public static int Components => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        WinogradF4Of3<TSimd, TVec>.Input(source, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep], w2 = source[2 * sourceStep], w3 = source[3 * sourceStep];
        var w4 = source[4 * sourceStep];
        target[0] = w0;
        var even = TSimd.MultiplyAdd(w4, TSimd.Broadcast(0.25f), TSimd.MultiplyAdd(w2, TSimd.Broadcast(0.5f), w0));
        var odd = TSimd.Multiply(TSimd.MultiplyAdd(w3, TSimd.Broadcast(0.5f), w1), TSimd.Broadcast(-2f / 3 * A));
        even = TSimd.Multiply(even, TSimd.Broadcast(-2f / 3));
        target[targetStep] = TSimd.Add(even, odd);
        target[2 * targetStep] = TSimd.Subtract(even, odd);
        even = TSimd.MultiplyAdd(w4, TSimd.Broadcast(4), TSimd.MultiplyAdd(w2, TSimd.Broadcast(2), w0));
        odd = TSimd.Multiply(TSimd.MultiplyAdd(w3, TSimd.Broadcast(2), w1), TSimd.Broadcast(1f / 6 * B));
        even = TSimd.Multiply(even, TSimd.Broadcast(1f / 6));
        target[3 * targetStep] = TSimd.Add(even, odd);
        target[4 * targetStep] = TSimd.Subtract(even, odd);
        target[5 * targetStep] = w4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        source += 3 * sourceStep;
        TVec m3 = TSimd.Load(source), m4 = TSimd.Load(source + sourceStep), m5 = TSimd.Load(source + (2 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(TSimd.Add(m1, m2), TSimd.Add(m3, m4))));
        var second = TSimd.MultiplyAdd(TSimd.Subtract(m1, m2), TSimd.Broadcast(A), m5);
        TSimd.Store(target + targetStep, TSimd.MultiplyAdd(TSimd.Subtract(m3, m4), TSimd.Broadcast(B), second));
    }
}

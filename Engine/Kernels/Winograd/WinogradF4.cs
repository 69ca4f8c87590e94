using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(4, 3) with the points 0, ±a, ±b and infinity, a = √½, b = √2: smaller constants than 1 and 2 give, so smaller errors.
/// </summary>
internal readonly unsafe struct WinogradF4<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    private const float A = 0.70710678f;
    private const float B = 1.41421356f;

    public static int Outputs => 4;

    public static int Inputs => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec x0 = source[0], x1 = source[sourceStep], x2 = source[2 * sourceStep];
        TVec x3 = source[3 * sourceStep], x4 = source[4 * sourceStep], x5 = source[5 * sourceStep];
        target[0] = TSimd.Add(TSimd.MultiplyAdd(x2, TSimd.Broadcast(-2.5f), x0), x4);
        TVec even = TSimd.MultiplyAdd(x2, TSimd.Broadcast(-2), x4);
        TVec odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-2), x3);
        target[targetStep] = TSimd.MultiplyAdd(odd, TSimd.Broadcast(A), even);
        target[2 * targetStep] = TSimd.MultiplyAdd(odd, TSimd.Broadcast(-A), even);
        even = TSimd.MultiplyAdd(x2, TSimd.Broadcast(-0.5f), x4);
        odd = TSimd.MultiplyAdd(x1, TSimd.Broadcast(-0.5f), x3);
        target[3 * targetStep] = TSimd.MultiplyAdd(odd, TSimd.Broadcast(B), even);
        target[4 * targetStep] = TSimd.MultiplyAdd(odd, TSimd.Broadcast(-B), even);
        target[5 * targetStep] = TSimd.Add(TSimd.MultiplyAdd(x3, TSimd.Broadcast(-2.5f), x1), x5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec w0 = source[0], w1 = source[sourceStep], w2 = source[2 * sourceStep];
        target[0] = w0;
        TVec even = TSimd.Multiply(TSimd.MultiplyAdd(w2, TSimd.Broadcast(0.5f), w0), TSimd.Broadcast(-2f / 3));
        TVec odd = TSimd.Multiply(w1, TSimd.Broadcast(-2f / 3 * A));
        target[targetStep] = TSimd.Add(even, odd);
        target[2 * targetStep] = TSimd.Subtract(even, odd);
        even = TSimd.Multiply(TSimd.MultiplyAdd(w2, TSimd.Broadcast(2), w0), TSimd.Broadcast(1f / 6));
        odd = TSimd.Multiply(w1, TSimd.Broadcast(1f / 6 * B));
        target[3 * targetStep] = TSimd.Add(even, odd);
        target[4 * targetStep] = TSimd.Subtract(even, odd);
        target[5 * targetStep] = w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec m1 = source[sourceStep], m2 = source[2 * sourceStep], m3 = source[3 * sourceStep], m4 = source[4 * sourceStep];
        TVec sumA = TSimd.Add(m1, m2), differenceA = TSimd.Subtract(m1, m2);
        TVec sumB = TSimd.Add(m3, m4), differenceB = TSimd.Subtract(m3, m4);
        target[0] = TSimd.Add(source[0], TSimd.Add(sumA, sumB));
        target[targetStep] = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(A), TSimd.Multiply(differenceB, TSimd.Broadcast(B)));
        target[2 * targetStep] = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(0.5f), TSimd.Add(sumB, sumB));
        TVec cubes = TSimd.MultiplyAdd(differenceA, TSimd.Broadcast(A / 2), source[5 * sourceStep]);
        target[3 * targetStep] = TSimd.MultiplyAdd(differenceB, TSimd.Broadcast(2 * B), cubes);
    }
}

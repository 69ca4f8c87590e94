using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// F(2, 3) with the points 0, 1, -1 and infinity: for maps so small that larger tiles would hang over the edge.
/// </summary>
internal readonly unsafe struct WinogradF2<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 2;

    public static int Inputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec x1 = source[sourceStep], x2 = source[2 * sourceStep];
        target[0] = TSimd.Subtract(source[0], x2);
        target[targetStep] = TSimd.Add(x1, x2);
        target[2 * targetStep] = TSimd.Subtract(x2, x1);
        target[3 * targetStep] = TSimd.Subtract(source[3 * sourceStep], x1);
    }

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
    public static void Output(TVec* source, int sourceStep, TVec* target, int targetStep)
    {
        TVec m1 = source[sourceStep], m2 = source[2 * sourceStep];
        target[0] = TSimd.Add(source[0], TSimd.Add(m1, m2));
        target[targetStep] = TSimd.Add(TSimd.Subtract(m1, m2), source[3 * sourceStep]);
    }
}

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

/// <summary>
/// F(1, 3) for what is left of a tile of <see cref="WinogradF2Of3{TSimd,TVec}"/> at the edge of a map, with its weights: all of
/// its points but infinity.
/// </summary>
internal readonly unsafe struct WinogradF2Of3Edge1<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 1;

    public static int Taps => 3;

    public static int Components => 4;

    public static int Missing => 0b1000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) =>
        WinogradF2Of3<TSimd, TVec>.Filter(source, sourceStep, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(m1, m2)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, float* target, nint step)
    {
        TSimd.Store(target, TSimd.Subtract(x0, x2));
        TSimd.Store(target + step, TSimd.Add(x1, x2));
        TSimd.Store(target + (2 * step), TSimd.Subtract(x2, x1));
    }
}

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

/// <summary>
/// F(2, 3) for what is left of a tile of <see cref="WinogradF4Of3{TSimd,TVec}"/> at the edge of a map, with its weights: the
/// points 0, ±√½ and infinity.
/// </summary>
internal readonly unsafe struct WinogradF4Of3Edge2<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 2;

    public static int Taps => 3;

    public static int Components => 6;

    public static int Missing => 0b011000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), source.Load(3), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) =>
        WinogradF4Of3<TSimd, TVec>.Filter(source, sourceStep, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        var m5 = TSimd.Load(source + (5 * sourceStep));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(m1, m2)));
        TSimd.Store(target + targetStep, TSimd.MultiplyAdd(TSimd.Subtract(m1, m2), TSimd.Broadcast(0.70710678f), m5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, TVec x3, float* target, nint step)
    {
        WinogradF4Of3Edge1<TSimd, TVec>.Finite(x0, x1, x2, target, step);
        TSimd.Store(target + (5 * step), TSimd.MultiplyAdd(x1, TSimd.Broadcast(-0.5f), x3));
    }
}

/// <summary>
/// F(3, 3) for what is left of a tile of <see cref="WinogradF4Of3{TSimd,TVec}"/> at the edge of a map, with its weights: all of
/// its points but infinity.
/// </summary>
internal readonly unsafe struct WinogradF4Of3Edge3<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    private const float A = 0.70710678f;
    private const float B = 1.41421356f;

    public static int Outputs => 3;

    public static int Taps => 3;

    public static int Components => 6;

    public static int Missing => 0b100000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        Input(source.Load(0), source.Load(1), source.Load(2), source.Load(3), source.Load(4), target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) =>
        WinogradF4Of3<TSimd, TVec>.Filter(source, sourceStep, target, targetStep);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep)
    {
        TVec m0 = TSimd.Load(source), m1 = TSimd.Load(source + sourceStep), m2 = TSimd.Load(source + (2 * sourceStep));
        TVec m3 = TSimd.Load(source + (3 * sourceStep)), m4 = TSimd.Load(source + (4 * sourceStep));
        TVec sumA = TSimd.Add(m1, m2), sumB = TSimd.Add(m3, m4), odd = TSimd.Multiply(TSimd.Subtract(m3, m4), TSimd.Broadcast(B));
        TSimd.Store(target, TSimd.Add(m0, TSimd.Add(sumA, sumB)));
        TSimd.Store(target + targetStep, TSimd.MultiplyAdd(TSimd.Subtract(m1, m2), TSimd.Broadcast(A), odd));
        TSimd.Store(target + (2 * targetStep), TSimd.MultiplyAdd(sumA, TSimd.Broadcast(0.5f), TSimd.Add(sumB, sumB)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(TVec x0, TVec x1, TVec x2, TVec x3, TVec x4, float* target, nint step)
    {
        WinogradF4Of3<TSimd, TVec>.Finite(x0, x1, x2, x3, x4, target, step);
    }
}

using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>The transposes of the transforms of F(4x4, 3x3), with the points of <c>WinogradF4Of3</c>.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    private const float PointA = 0.70710678f;
    private const float PointB = 1.41421356f;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradGradient(float** pixels, int channels, float* target, nint componentStride)
    {
        var half = stackalloc float[(24 * TSimd.Count) + 16];
        half = Align(half);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            for (var x = 0; x < 4; x++)
            {
                Spread(TSimd.Load(pixels[x] + c), TSimd.Load(pixels[4 + x] + c), TSimd.Load(pixels[8 + x] + c),
                    TSimd.Load(pixels[12 + x] + c), half + (x * TSimd.Count), 4 * TSimd.Count);
            }

            var component = target + c;
            for (var y = 0; y < 6; y++, component += 6 * componentStride)
            {
                var row = half + (y * 4 * TSimd.Count);
                Spread(TSimd.Load(row), TSimd.Load(row + TSimd.Count), TSimd.Load(row + (2 * TSimd.Count)),
                    TSimd.Load(row + (3 * TSimd.Count)), component, componentStride);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradFilterGradient(float* components, nint componentStride, int channels, float* target)
    {
        var half = stackalloc float[(18 * TSimd.Count) + 16];
        half = Align(half);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            for (var x = 0; x < 6; x++)
                Gather(components + c + (x * componentStride), 6 * componentStride, half + (x * TSimd.Count), 6 * TSimd.Count);
            for (var y = 0; y < 3; y++)
                Gather(half + (y * 6 * TSimd.Count), TSimd.Count, target + ((3 * y) * (nint)channels) + c, channels);
        }
    }

    /// <summary>Four values to six components: the transpose of what makes four outputs of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(TVec y0, TVec y1, TVec y2, TVec y3, float* target, nint step)
    {
        TSimd.Store(target, y0);
        var even = TSimd.MultiplyAdd(y2, TSimd.Broadcast(0.5f), y0);
        var odd = TSimd.MultiplyAdd(y1, TSimd.Broadcast(PointA), TSimd.Multiply(y3, TSimd.Broadcast(PointA / 2)));
        TSimd.Store(target + step, TSimd.Add(even, odd));
        TSimd.Store(target + (2 * step), TSimd.Subtract(even, odd));
        even = TSimd.MultiplyAdd(y2, TSimd.Broadcast(2), y0);
        odd = TSimd.MultiplyAdd(y1, TSimd.Broadcast(PointB), TSimd.Multiply(y3, TSimd.Broadcast(2 * PointB)));
        TSimd.Store(target + (3 * step), TSimd.Add(even, odd));
        TSimd.Store(target + (4 * step), TSimd.Subtract(even, odd));
        TSimd.Store(target + (5 * step), y3);
    }

    /// <summary>Six components to three weights: the transpose of what makes six components of three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(float* source, nint step, float* target, nint targetStep)
    {
        TVec c1 = TSimd.Load(source + step), c2 = TSimd.Load(source + (2 * step));
        TVec c3 = TSimd.Load(source + (3 * step)), c4 = TSimd.Load(source + (4 * step));
        TVec sumA = TSimd.Add(c1, c2), sumB = TSimd.Add(c3, c4);
        var first = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(-2f / 3), TSimd.Load(source));
        TSimd.Store(target, TSimd.MultiplyAdd(sumB, TSimd.Broadcast(1f / 6), first));
        var odd = TSimd.Multiply(TSimd.Subtract(c1, c2), TSimd.Broadcast(-2f / 3 * PointA));
        var second = TSimd.MultiplyAdd(TSimd.Subtract(c3, c4), TSimd.Broadcast(1f / 6 * PointB), odd);
        TSimd.Store(target + targetStep, second);
        var third = TSimd.MultiplyAdd(sumA, TSimd.Broadcast(-1f / 3), TSimd.Load(source + (5 * step)));
        TSimd.Store(target + (2 * targetStep), TSimd.MultiplyAdd(sumB, TSimd.Broadcast(1f / 3), third));
    }
}

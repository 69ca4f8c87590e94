using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>Pooling.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PoolMaximum(float** pixels, int count, int channels, float* target)
    {
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            var value = TSimd.Load(pixels[0] + c);
            for (var i = 1; i < count; i++)
                value = TSimd.Max(TSimd.Load(pixels[i] + c), value);
            StoreLanes(target + c, value, (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PoolMean(float** pixels, int count, int channels, float divisor, float* target)
    {
        var total = TSimd.Broadcast(divisor);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            var value = TSimd.Load(pixels[0] + c);
            for (var i = 1; i < count; i++)
                value = TSimd.Add(value, TSimd.Load(pixels[i] + c));
            StoreLanes(target + c, TSimd.Divide(value, total), (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PoolMap(float* pixels, int count, nint stride, int channels, bool maximum, float* target)
    {
        var total = TSimd.Broadcast(count);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            // Two chains for the adder's latency, and smaller rounding errors.
            var pixel = pixels + c;
            TVec value = TSimd.Load(pixel), other = maximum ? value : TSimd.Zero;
            var i = 1;
            for (; i + 1 < count; i += 2)
            {
                TVec x = TSimd.Load(pixel + (i * stride)), y = TSimd.Load(pixel + ((i + 1) * stride));
                value = maximum ? TSimd.Max(x, value) : TSimd.Add(value, x);
                other = maximum ? TSimd.Max(y, other) : TSimd.Add(other, y);
            }

            if (i < count)
            {
                var x = TSimd.Load(pixel + (i * stride));
                value = maximum ? TSimd.Max(x, value) : TSimd.Add(value, x);
            }

            value = maximum ? TSimd.Max(other, value) : TSimd.Divide(TSimd.Add(value, other), total);
            StoreLanes(target + c, value, (int)Math.Min(TSimd.Count, channels - c));
        }
    }
}

using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>Depthwise convolution.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void DepthwisePixel(
        float** pixels,
        float** weights,
        int count,
        int channels,
        float* bias,
        float* residual,
        float* target,
        float low,
        float high)
    {
        TVec least = TSimd.Broadcast(low), most = TSimd.Broadcast(high);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            TVec value = TSimd.Load(bias + c);
            for (int i = 0; i < count; i++)
            {
                value = TSimd.MultiplyAdd(TSimd.Load(pixels[i] + c), TSimd.Load(weights[i] + c), value);
            }

            if (residual != null)
            {
                value = TSimd.Add(value, TSimd.Load(residual + c));
            }

            StoreLanes(target + c, TSimd.Min(most, TSimd.Max(least, value)), (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void DepthwiseRun(
        float** rows,
        nint step,
        nint tapStep,
        float* weights,
        nint weightStride,
        int count,
        int channels,
        float* bias,
        float* target,
        nint targetStep,
        float low,
        float high)
    {
        TVec least = TSimd.Broadcast(low), most = TSimd.Broadcast(high);
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            int lanes = (int)Math.Min(TSimd.Count, channels - c);
            float* w = weights + c;
            TVec w0 = TSimd.Load(w), w1 = TSimd.Load(w + weightStride), w2 = TSimd.Load(w + (2 * weightStride));
            w += 3 * weightStride;
            TVec w3 = TSimd.Load(w), w4 = TSimd.Load(w + weightStride), w5 = TSimd.Load(w + (2 * weightStride));
            w += 3 * weightStride;
            TVec w6 = TSimd.Load(w), w7 = TSimd.Load(w + weightStride), w8 = TSimd.Load(w + (2 * weightStride));
            TVec start = TSimd.Load(bias + c);
            float* r0 = rows[0] + c, r1 = rows[1] + c, r2 = rows[2] + c, output = target + c;
            int i = 0;
            if (step == tapStep && lanes == TSimd.Count)
            {
                // Neighbouring pixels share two thirds of their taps.
                for (; i + 1 < count; i += 2)
                {
                    TVec x0 = TSimd.Load(r0), x1 = TSimd.Load(r0 + step);
                    TVec x2 = TSimd.Load(r0 + (2 * step)), x3 = TSimd.Load(r0 + (3 * step));
                    TVec left = TSimd.MultiplyAdd(x0, w0, start), right = TSimd.MultiplyAdd(x1, w0, start);
                    left = TSimd.MultiplyAdd(x1, w1, left);
                    right = TSimd.MultiplyAdd(x2, w1, right);
                    left = TSimd.MultiplyAdd(x2, w2, left);
                    right = TSimd.MultiplyAdd(x3, w2, right);
                    x0 = TSimd.Load(r1);
                    x1 = TSimd.Load(r1 + step);
                    x2 = TSimd.Load(r1 + (2 * step));
                    x3 = TSimd.Load(r1 + (3 * step));
                    left = TSimd.MultiplyAdd(x0, w3, left);
                    right = TSimd.MultiplyAdd(x1, w3, right);
                    left = TSimd.MultiplyAdd(x1, w4, left);
                    right = TSimd.MultiplyAdd(x2, w4, right);
                    left = TSimd.MultiplyAdd(x2, w5, left);
                    right = TSimd.MultiplyAdd(x3, w5, right);
                    x0 = TSimd.Load(r2);
                    x1 = TSimd.Load(r2 + step);
                    x2 = TSimd.Load(r2 + (2 * step));
                    x3 = TSimd.Load(r2 + (3 * step));
                    left = TSimd.MultiplyAdd(x0, w6, left);
                    right = TSimd.MultiplyAdd(x1, w6, right);
                    left = TSimd.MultiplyAdd(x1, w7, left);
                    right = TSimd.MultiplyAdd(x2, w7, right);
                    left = TSimd.MultiplyAdd(x2, w8, left);
                    right = TSimd.MultiplyAdd(x3, w8, right);
                    TSimd.Store(output, TSimd.Min(most, TSimd.Max(least, left)));
                    TSimd.Store(output + targetStep, TSimd.Min(most, TSimd.Max(least, right)));
                    r0 += 2 * step;
                    r1 += 2 * step;
                    r2 += 2 * step;
                    output += 2 * targetStep;
                }
            }

            for (; i < count; i++)
            {
                TVec value = TSimd.MultiplyAdd(TSimd.Load(r0), w0, start);
                value = TSimd.MultiplyAdd(TSimd.Load(r0 + tapStep), w1, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r0 + (2 * tapStep)), w2, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r1), w3, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r1 + tapStep), w4, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r1 + (2 * tapStep)), w5, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r2), w6, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r2 + tapStep), w7, value);
                value = TSimd.MultiplyAdd(TSimd.Load(r2 + (2 * tapStep)), w8, value);
                StoreLanes(output, TSimd.Min(most, TSimd.Max(least, value)), lanes);
                r0 += step;
                r1 += step;
                r2 += step;
                output += targetStep;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Winograd's transforms.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    public override void WinogradInput(int outputs, float** pixels, int channels, float* target, nint componentStride)
    {
        if (outputs == 4)
        {
            TransformInput<WinogradF4<TSimd, TVec>>(pixels, channels, target, componentStride);
        }
        else
        {
            TransformInput<WinogradF2<TSimd, TVec>>(pixels, channels, target, componentStride);
        }
    }

    public override void WinogradOutput(int outputs, float* components, in WinogradOutput output)
    {
        if (outputs == 4)
        {
            TransformOutput<WinogradF4<TSimd, TVec>>(components, output);
        }
        else
        {
            TransformOutput<WinogradF2<TSimd, TVec>>(components, output);
        }
    }

    public override void WinogradFilter(int outputs, float* taps, float* components)
    {
        if (outputs == 4)
        {
            TransformFilter<WinogradF4<TSimd, TVec>>((TVec*)taps, (TVec*)components);
        }
        else
        {
            TransformFilter<WinogradF2<TSimd, TVec>>((TVec*)taps, (TVec*)components);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput<TTransform>(float** pixels, int channels, float* target, nint componentStride)
        where TTransform : struct, IWinogradTransform<TVec>
    {
        float* half = stackalloc float[(36 * TSimd.Count) + 16];
        half = Align(half);
        int side = TTransform.Inputs;
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            for (int x = 0; x < side; x++)
            {
                TTransform.Input(pixels + x, c, half + (x * TSimd.Count));
            }

            float* component = target + c;
            for (int y = 0; y < side; y++)
            {
                TTransform.Input(half + (y * side * TSimd.Count), component, componentStride);
                component += side * componentStride;
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutput<TTransform>(float* components, in WinogradOutput output)
        where TTransform : struct, IWinogradTransform<TVec>
    {
        float* half = stackalloc float[(28 * TSimd.Count) + 16];
        half = Align(half);
        float* line = half + (24 * TSimd.Count);
        int inputs = TTransform.Inputs, rowStep = inputs * TSimd.Count;
        TVec low = TSimd.Broadcast(output.Low), high = TSimd.Broadcast(output.High);
        for (nint n = 0; n < output.Channels; n += TSimd.Count)
        {
            float* component = components + n;
            for (int x = 0; x < inputs; x++, component += output.ComponentStride)
            {
                TTransform.Output(component, inputs * output.ComponentStride, half + (x * TSimd.Count), rowStep);
            }

            TVec bias = TSimd.Load(output.Bias + n);
            int lanes = (int)Math.Min(TSimd.Count, output.Channels - n);
            for (int y = 0; y < output.Rows; y++)
            {
                TTransform.Output(half + (y * rowStep), TSimd.Count, line, TSimd.Count);
                float* target = output.Target + (y * output.RowStride) + n;
                float* residual = output.Residual + (y * output.ResidualRowStride) + n;
                for (int x = 0; x < output.Columns; x++)
                {
                    TVec value = TSimd.Add(TSimd.Load(line + (x * TSimd.Count)), bias);
                    if (output.Residual != null)
                    {
                        value = TSimd.Add(value, TSimd.Load(residual));
                        residual += output.ResidualPixelStride;
                    }

                    StoreLanes(target, TSimd.Min(high, TSimd.Max(low, value)), lanes);
                    target += output.PixelStride;
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformFilter<TTransform>(TVec* taps, TVec* components)
        where TTransform : struct, IWinogradTransform<TVec>
    {
        TVec* half = stackalloc TVec[18];
        for (int x = 0; x < 3; x++)
        {
            TTransform.Filter(taps + x, 3, half + x, 3);
        }

        for (int y = 0; y < TTransform.Inputs; y++)
        {
            TTransform.Filter(half + (y * 3), 1, components + (y * TTransform.Inputs), 1);
        }
    }

    /// <summary>The next cache line's beginning: a vector across two lines takes twice as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~63);

    /// <summary>Stores a vector's first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(float* target, TVec value, int lanes)
    {
        if (lanes == TSimd.Count)
        {
            TSimd.Store(target, value);
        }
        else
        {
            StoreSomeLanes(target, value, lanes);
        }
    }

    [SkipLocalsInit]
    private static void StoreSomeLanes(float* target, TVec value, int lanes)
    {
        float* all = stackalloc float[16];
        TSimd.Store(all, value);
        for (int i = 0; i < lanes; i++)
        {
            target[i] = all[i];
        }
    }
}

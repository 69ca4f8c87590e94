using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels.Pooling;

/// <summary>Maximum or mean over windows of a channels-last map.</summary>
internal sealed unsafe class Pooling(KernelSet kernels, PoolingGeometry geometry)
{
    /// <summary>Output rows over all images: the independent pieces.</summary>
    public int Rows => geometry.Batch * geometry.OutputHeight;

    /// <summary>Computes some output rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(float* input, float* output, int firstRow, int endRow)
    {
        PoolingGeometry g = geometry;
        int window = g.KernelHeight * g.KernelWidth;
        float** pixels = stackalloc float*[Math.Min(window, 256)];
        float*[]? many = window > 256 ? new float*[window] : null;
        fixed (float** manyPixels = many)
        {
            float** taps = many is null ? pixels : manyPixels;
            for (int row = firstRow; row < endRow; row++)
            {
                float* map = input + ((nint)(row / g.OutputHeight) * g.InputHeight * g.InputWidth * g.InputStride);
                int top = (row % g.OutputHeight * g.StrideY) - g.PadTop;
                float* target = output + ((nint)row * g.OutputWidth * g.OutputStride);
                for (int x = 0; x < g.OutputWidth; x++, target += g.OutputStride)
                {
                    Window(map, top, (x * g.StrideX) - g.PadLeft, taps, target);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Window(float* map, int top, int left, float** taps, float* target)
    {
        PoolingGeometry g = geometry;
        int count = 0, padded = 0;
        for (int ky = 0; ky < g.KernelHeight; ky++)
        {
            int y = top + (ky * g.DilationY);
            for (int kx = 0; kx < g.KernelWidth; kx++)
            {
                int x = left + (kx * g.DilationX);
                padded += y < g.InputHeight + g.PadBottom && x < g.InputWidth + g.PadRight ? 1 : 0;
                if ((uint)y < (uint)g.InputHeight && (uint)x < (uint)g.InputWidth)
                {
                    taps[count++] = map + ((((nint)y * g.InputWidth) + x) * g.InputStride);
                }
            }
        }

        if (count == 0)
        {
            new Span<float>(target, g.Channels).Fill(g.Maximum ? float.NegativeInfinity : 0);
        }
        else if (g.Maximum)
        {
            kernels.PoolMaximum(taps, count, g.Channels, target);
        }
        else
        {
            kernels.PoolMean(taps, count, g.Channels, g.CountPadding ? padded : count, target);
        }
    }
}

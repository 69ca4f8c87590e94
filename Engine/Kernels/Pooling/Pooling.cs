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
        var g = geometry;
        var window = g.KernelHeight * g.KernelWidth;
        var pixels = stackalloc float*[Math.Min(window, 256)];
        var many = window > 256 ? new float*[window] : null;
        fixed (float** manyPixels = many)
        {
            var taps = many is null ? pixels : manyPixels;
            for (var row = firstRow; row < endRow; row++)
            {
                var map = input + ((nint)(row / g.OutputHeight) * g.InputHeight * g.InputWidth * g.InputStride);
                var top = (row % g.OutputHeight * g.StrideY) - g.PadTop;
                var target = output + ((nint)row * g.OutputWidth * g.OutputStride);
                for (var x = 0; x < g.OutputWidth; x++, target += g.OutputStride)
                    Window(map, top, (x * g.StrideX) - g.PadLeft, taps, target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Window(float* map, int top, int left, float** taps, float* target)
    {
        var g = geometry;
        int count = 0, padded = 0;
        for (var ky = 0; ky < g.KernelHeight; ky++)
        {
            var y = top + (ky * g.DilationY);
            for (var kx = 0; kx < g.KernelWidth; kx++)
            {
                var x = left + (kx * g.DilationX);
                padded += y < g.InputHeight + g.PadBottom && x < g.InputWidth + g.PadRight ? 1 : 0;
                if ((uint)y < (uint)g.InputHeight && (uint)x < (uint)g.InputWidth)
                    taps[count++] = map + ((((nint)y * g.InputWidth) + x) * g.InputStride);
            }
        }

        if (count == 0)
            new Span<float>(target, g.Channels).Fill(g.Maximum ? float.NegativeInfinity : 0);
        else if (g.Maximum)
            kernels.PoolMaximum(taps, count, g.Channels, target);
        else
            kernels.PoolMean(taps, count, g.Channels, g.CountPadding ? padded : count, target);
    }
}

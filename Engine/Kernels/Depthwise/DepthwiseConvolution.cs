using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.Depthwise;

/// <summary>One filter per channel: vectors run over channels, tasks over output rows.</summary>
internal sealed unsafe class DepthwiseConvolution : ConvolutionKernel
{
    private const int MaxTaps = 256;

    private readonly DepthwiseWeights _weights;
    private readonly int _tasks;
    private readonly int _firstInside;
    private readonly int _endInside;

    /// <param name="kernels">Vector width.</param>
    /// <param name="geometry">Sizes, for which <see cref="CanDo"/>.</param>
    /// <param name="weights">Tap by tap, channels together.</param>
    /// <param name="epilogue">What is done with the sums.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    public DepthwiseConvolution(
        KernelSet kernels, ConvolutionGeometry geometry, DepthwiseWeights weights, ConvolutionEpilogue epilogue, int threads)
        : base(kernels, geometry, epilogue)
    {
        _weights = weights;
        int rows = geometry.Batch * geometry.OutputHeight;
        _tasks = threads == 1 ? 1 : Math.Min(rows, 4 * threads);

        // Columns whose taps all lie inside the map.
        ConvolutionGeometry g = geometry;
        int reach = (g.KernelWidth - 1) * g.DilationX;
        _firstInside = Math.Min(g.OutputWidth, (g.PadLeft + g.StrideX - 1) / g.StrideX);
        int last = g.InputWidth - 1 - reach + g.PadLeft;
        _endInside = last < 0 ? _firstInside : Math.Clamp((last / g.StrideX) + 1, _firstInside, g.OutputWidth);
    }

    public override long ScratchFloats => 0;

    /// <summary>Whether there is one filter for each channel, small enough.</summary>
    public static bool CanDo(ConvolutionGeometry geometry) =>
        geometry.Groups == geometry.InputChannels && geometry.InputChannels == geometry.OutputChannels
        && geometry.KernelHeight * geometry.KernelWidth <= MaxTaps;

    public override int Tasks(int phase) => _tasks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Execute(in ConvolutionBuffers buffers, int phase, int task)
    {
        ConvolutionGeometry g = Geometry;
        int rows = g.Batch * g.OutputHeight;
        int first = (int)((long)rows * task / _tasks), end = (int)((long)rows * (task + 1) / _tasks);
        for (int row = first; row < end; row++)
        {
            Row(buffers, row);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(in ConvolutionBuffers buffers, int row)
    {
        ConvolutionGeometry g = Geometry;
        nint stride = g.InputStride;
        float* map = buffers.Input + ((nint)(row / g.OutputHeight) * g.InputHeight * g.InputWidth * stride);
        int top = (row % g.OutputHeight * g.StrideY) - g.PadTop;
        int bottom = top + ((g.KernelHeight - 1) * g.DilationY);
        bool whole = top >= 0 && bottom < g.InputHeight && g.KernelHeight == 3 && g.KernelWidth == 3 && buffers.Residual == null;
        int firstRun = whole ? _firstInside : g.OutputWidth, endRun = whole ? _endInside : g.OutputWidth;
        nint pixel = (nint)row * g.OutputWidth;
        float** lines = stackalloc float*[3];
        for (int x = 0; x < g.OutputWidth; x++)
        {
            if (x == firstRun && endRun > firstRun)
            {
                for (int y = 0; y < 3; y++)
                {
                    nint from = ((nint)(top + (y * g.DilationY)) * g.InputWidth) + (x * g.StrideX) - g.PadLeft;
                    lines[y] = map + (from * stride);
                }

                Kernels.DepthwiseRun(
                    lines,
                    g.StrideX * stride,
                    g.DilationX * stride,
                    _weights.Taps,
                    _weights.TapStride,
                    endRun - firstRun,
                    g.OutputChannels,
                    _weights.Bias,
                    buffers.Output + ((pixel + x) * g.OutputStride),
                    g.OutputStride,
                    Epilogue.Low,
                    Epilogue.High);
                x = endRun - 1;
                continue;
            }

            Pixel(buffers, map, top, (x * g.StrideX) - g.PadLeft, pixel + x);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixel(in ConvolutionBuffers buffers, float* map, int top, int left, nint pixel)
    {
        ConvolutionGeometry g = Geometry;
        float** pixels = stackalloc float*[MaxTaps];
        float** weights = stackalloc float*[MaxTaps];
        int count = 0;
        for (int ky = 0; ky < g.KernelHeight; ky++)
        {
            for (int kx = 0; kx < g.KernelWidth; kx++)
            {
                int y = top + (ky * g.DilationY), x = left + (kx * g.DilationX);
                if ((uint)y < (uint)g.InputHeight && (uint)x < (uint)g.InputWidth)
                {
                    pixels[count] = map + ((((nint)y * g.InputWidth) + x) * g.InputStride);
                    weights[count++] = _weights.Taps + (((ky * g.KernelWidth) + kx) * _weights.TapStride);
                }
            }
        }

        float* residual = buffers.Residual == null ? null : buffers.Residual + (pixel * g.ResidualPixelStride);
        float* output = buffers.Output + (pixel * g.OutputStride);
        Kernels.DepthwisePixel(
            pixels, weights, count, g.OutputChannels, _weights.Bias, residual, output, Epilogue.Low, Epilogue.High);
    }
}

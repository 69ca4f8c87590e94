using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;

namespace MlPipeline.Engine.Kernels.Depthwise;

/// <summary>One filter per channel: vectors run over channels, tasks over output rows.</summary>
internal sealed unsafe class DepthwiseConvolution : ConvolutionKernel
{
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
        var rows = geometry.Batch * geometry.OutputHeight;
        _tasks = threads == 1 ? 1 : Math.Min(rows, 4 * threads);

        // Columns whose taps all lie inside the map.
        var g = geometry;
        var reach = (g.KernelWidth - 1) * g.DilationX;
        _firstInside = Math.Min(g.OutputWidth, (g.PadLeft + g.StrideX - 1) / g.StrideX);
        var last = g.InputWidth - 1 - reach + g.PadLeft;
        _endInside = last < 0 ? _firstInside : Math.Clamp((last / g.StrideX) + 1, _firstInside, g.OutputWidth);
    }

    public override long ScratchFloats => 0;

    /// <summary>Whether there is one filter for each channel.</summary>
    public static bool CanDo(ConvolutionGeometry geometry) =>
        geometry.Groups == geometry.InputChannels && geometry.InputChannels == geometry.OutputChannels;

    public override int Tasks(int phase) => _tasks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Execute(in ConvolutionBuffers buffers, int phase, int task)
    {
        var g = Geometry;
        var rows = g.Batch * g.OutputHeight;
        ExecuteRows(buffers, (int)((long)rows * task / _tasks), (int)((long)rows * (task + 1) / _tasks));
    }

    /// <summary>Some of the output's rows, counted from the first image's first on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ExecuteRows(in ConvolutionBuffers buffers, int first, int end)
    {
        for (var row = first; row < end; row++)
            Row(buffers, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(in ConvolutionBuffers buffers, int row)
    {
        var g = Geometry;
        nint stride = g.InputStride, pixel = (nint)row * g.OutputWidth;
        var top = (row % g.OutputHeight * g.StrideY) - g.PadTop;
        (var firstTap, var endTap) = Inside(top, g.DilationY, g.KernelHeight, g.InputHeight);
        DepthwiseRun run = default;
        run.PixelStep = g.StrideX * stride;
        run.RowStep = (nint)g.DilationY * g.InputWidth * stride;
        run.TapStep = g.DilationX * stride;
        run.TapRows = endTap - firstTap;
        run.WeightStep = _weights.TapStride;
        run.WeightRowStep = (nint)g.KernelWidth * _weights.TapStride;
        run.Bias = _weights.Bias;
        run.ResidualStep = g.ResidualPixelStride;
        run.OutputStep = g.OutputStride;
        run.Channels = g.OutputChannels;
        run.Low = Epilogue.Low;
        run.High = Epilogue.High;
        var line = ((nint)(row / g.OutputHeight) * g.InputHeight) + top + (firstTap * g.DilationY);
        for (var x = 0; x < g.OutputWidth; x += run.Pixels)
        {
            // Pixels beside the edges go one by one, those between together.
            var left = (x * g.StrideX) - g.PadLeft;
            (var firstColumn, var endColumn) = Inside(left, g.DilationX, g.KernelWidth, g.InputWidth);
            run.Pixels = x == _firstInside && _endInside > x ? _endInside - x : 1;
            run.TapColumns = endColumn - firstColumn;
            run.Input = buffers.Input + (((line * g.InputWidth) + left + (firstColumn * g.DilationX)) * stride);
            run.Weights = _weights.Taps + (((nint)firstTap * g.KernelWidth) + firstColumn) * _weights.TapStride;
            run.Residual = buffers.Residual == null ? null : buffers.Residual + ((pixel + x) * g.ResidualPixelStride);
            run.Output = buffers.Output + ((pixel + x) * g.OutputStride);
            Kernels.Depthwise(run);
        }
    }

    /// <summary>The taps that lie inside a side of the map, for a window that begins at <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int First, int End) Inside(int start, int dilation, int taps, int size)
    {
        int first = 0, end = taps;
        while (first < end && start + (first * dilation) < 0)
            first++;
        while (end > first && start + ((end - 1) * dilation) >= size)
            end--;
        return (first, end);
    }
}

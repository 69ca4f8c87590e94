using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.InnerProduct;

/// <summary>
/// A fully connected layer by weights as models store them, one row for each output: they are neither packed nor copied.
/// </summary>
/// <remarks>
/// One image: the weights are read once, in as many streams as memory serves well. Several: blocks of depth that stay in the
/// cache, of weights that are read once for all images. A product's sum runs in the same order either way.
/// </remarks>
internal sealed unsafe class InnerProducts : ConvolutionKernel
{
    private const int DepthBlock = 512;
    private const int ColumnBlock = 32;
    private const int RowBlock = 48;
    private const long WeightsPerTask = 1 << 14;

    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly int _depth;
    private readonly int _wholeDepth;
    private readonly int _tasks;

    /// <param name="kernels">Vector width.</param>
    /// <param name="geometry">Sizes: images, input and output channels of 1x1 maps.</param>
    /// <param name="weights">Output channel, input channel; read in place.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="epilogue">What is done with the sums.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    public InnerProducts(
        KernelSet kernels, ConvolutionGeometry geometry, float[] weights, float[] bias, ConvolutionEpilogue epilogue, int threads)
        : base(kernels, geometry, epilogue)
    {
        _weights = weights;
        if (HugePages.IsWorthwhile((nuint)weights.LongLength * sizeof(float)))
            PageUpgrades.Add(weights);
        _bias = bias;
        _depth = geometry.InputChannels;
        _wholeDepth = _depth / kernels.VectorWidth * kernels.VectorWidth;
        long groups = (geometry.OutputChannels + KernelSet.DotRowColumns - 1) / KernelSet.DotRowColumns;
        var most = Math.Min(groups, 4L * threads);
        _tasks = threads == 1 ? 1 : (int)Math.Clamp(_weights.LongLength * geometry.Batch / WeightsPerTask, 1, most);
    }

    public override long ScratchFloats => (long)ColumnBlock * RowBlock * Kernels.VectorWidth;

    public override int Tasks(int phase) => _tasks;

    public override void Execute(in ConvolutionBuffers buffers, int phase, int task)
    {
        var groups = (Geometry.OutputChannels + KernelSet.DotRowColumns - 1) / KernelSet.DotRowColumns;
        var first = (int)((long)groups * task / _tasks) * KernelSet.DotRowColumns;
        var end = (int)Math.Min(Geometry.OutputChannels, (long)groups * (task + 1) / _tasks * KernelSet.DotRowColumns);
        fixed (float* weights = _weights, bias = _bias)
        {
            for (var column = first; column < end; column += ColumnBlock)
            {
                var columns = Math.Min(ColumnBlock, end - column);
                for (var row = 0; row < Geometry.Batch; row += RowBlock)
                {
                    var rows = Math.Min(RowBlock, Geometry.Batch - row);
                    Multiply(buffers, weights, row, rows, column, columns);
                    Finish(buffers, weights, bias, row, rows, column, columns);
                }
            }
        }
    }

    /// <summary>Leaves the sums of a block in the scratch memory: four columns after four columns, in these row by row.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(in ConvolutionBuffers buffers, float* weights, int firstRow, int rows, int firstColumn, int columns)
    {
        const int Columns = KernelSet.DotColumns;
        nint stride = Geometry.InputStride;
        float* input = buffers.Input + (firstRow * stride), first = weights + ((nint)firstColumn * _depth);
        int fours = (columns + Columns - 1) / Columns, width = Kernels.VectorWidth, done = 0;
        if (rows == 1)
        {
            for (; done + KernelSet.DotRowColumns <= columns; done += KernelSet.DotRowColumns)
                Kernels.DotRow(input, first + ((nint)done * _depth), _depth, _wholeDepth, buffers.Scratch + (done * width));
        }

        new Span<float>(buffers.Scratch + (done * rows * width), ((fours * Columns) - done) * rows * width).Clear();
        var block = rows == 1 ? Math.Max(1, _wholeDepth) : DepthBlock;
        var b = stackalloc float*[Columns];
        for (var k = 0; k < _wholeDepth && done < columns; k += block)
        {
            var depth = Math.Min(block, _wholeDepth - k);
            for (var column = done; column < columns; column += Columns)
            {
                for (var i = 0; i < Columns; i++)
                {
                    // Columns past the last are the last once more; nobody looks at their sums.
                    b[i] = first + ((nint)Math.Min(column + i, columns - 1) * _depth) + k;
                }

                var sums = buffers.Scratch + (column * rows * width);
                for (int row = 0, tile; row < rows; row += tile)
                {
                    // The next columns are asked for while these are used for the first time.
                    tile = Math.Min(Kernels.DotRows, rows - row);
                    var ahead = row == 0 && column + Columns < columns ? Columns * (nint)_depth : 0;
                    Kernels.DotTile(tile)(input + (row * stride) + k, stride, b, depth, ahead, sums + (row * Columns * width));
                }
            }
        }
    }

    /// <summary>Adds up the lanes of the sums, what is left of the depth, and the bias; clamps and stores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(
        in ConvolutionBuffers buffers, float* weights, float* bias, int firstRow, int rows, int firstColumn, int columns)
    {
        const int Columns = KernelSet.DotColumns;
        var width = Kernels.VectorWidth;
        for (var column = 0; column < columns; column++)
        {
            var sums = buffers.Scratch + (((column / Columns * rows * Columns) + (column % Columns)) * width);
            var w = weights + ((nint)(firstColumn + column) * _depth);
            for (var row = 0; row < rows; row++)
            {
                var x = buffers.Input + ((nint)(firstRow + row) * Geometry.InputStride);
                var value = Kernels.DotTotal(sums + (row * Columns * width));
                for (var k = _wholeDepth; k < _depth; k++)
                    value += x[k] * w[k];
                value += _bias.Length == 0 ? 0 : bias[firstColumn + column];
                value = value < Epilogue.Low ? Epilogue.Low : value > Epilogue.High ? Epilogue.High : value;
                buffers.Output[((nint)(firstRow + row) * Geometry.OutputStride) + firstColumn + column] = value;
            }
        }
    }
}

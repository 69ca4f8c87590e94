using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>Any convolution as one matrix product per group: rows are output pixels, gathered a few at a time.</summary>
/// <remarks>
/// A block of up to <see cref="KernelSet.TileRows"/> pixels by up to <see cref="MaxDepthBlock"/> of depth is copied into the
/// first-level cache (or read in place by a pointwise convolution) and multiplied with a block of weights that stays in the
/// second-level cache.
/// </remarks>
internal sealed unsafe class ImplicitGemm : ConvolutionKernel
{
    private const int MaxDepthBlock = 512;
    private const int RowBlockTiles = 16;

    /// <summary>
    /// How far ahead a panel is asked for: 2 KiB, which the third-level caches of large Xeons need. Asking for whole panels that
    /// come later made single layers several times slower on Zen 1, as chance would have it, and no gain by it could be measured
    /// on Zen 3.
    /// </summary>
    private const int PrefetchFloats = AlignedBuffer.PrefetchReach / 2;

    /// <summary>What a float of the map costs that is gathered first, measured by one of the weights.</summary>
    private const double GatherCost = 3;

    private readonly ConvolutionWeights _weights;
    private readonly RowGatherer _gatherer;
    private readonly bool _inPlace;
    private readonly int _depthBlock;
    private readonly int _weightBlockBytes;
    private readonly int _gatheredStride;
    private readonly int _rowTasks;
    private readonly int _panelTasks;

    /// <param name="kernels">Vector width.</param>
    /// <param name="geometry">Sizes.</param>
    /// <param name="weights">From <see cref="ConvolutionWeights.Pack"/>.</param>
    /// <param name="epilogue">What is done with the sums.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    /// <param name="prologue">What is done to the input as it is read; null: nothing.</param>
    public ImplicitGemm(
        KernelSet kernels,
        ConvolutionGeometry geometry,
        ConvolutionWeights weights,
        ConvolutionEpilogue epilogue,
        int threads,
        InputScaling? prologue = null)
        : base(kernels, geometry, epilogue)
    {
        _weights = weights;
        _gatherer = new RowGatherer(kernels, geometry, prologue);

        // Rows a multiple of the page size apart would all fall into the same few lines of the first-level cache.
        _inPlace = geometry.IsPointwise && prologue is null && geometry.InputStride % 1024 != 0;
        var depthBlocks = (geometry.Depth + MaxDepthBlock - 1) / MaxDepthBlock;
        _depthBlock = Math.Min(geometry.Depth, RoundUp((geometry.Depth + depthBlocks - 1) / depthBlocks, 16));
        _gatheredStride = RoundUp(_depthBlock, 16) + 16;
        _weightBlockBytes = kernels.Caches.Second * 3 / 8;

        var rows = geometry.Batch * geometry.OutputPixels;
        var rowBlocks = (rows + kernels.TileRows - 1) / kernels.TileRows;
        var panels = weights.Matrix(0).Panels;
        var wanted = threads == 1 ? 1 : Math.Max(1, 4 * threads / geometry.Groups);
        (_rowTasks, _panelTasks) = Cut(geometry, panels, Math.Max(1, rowBlocks / 2), wanted, _inPlace);
    }

    public override long ScratchFloats =>
        (Kernels.TileRows * (long)_gatheredStride) + 64 + (Kernels.TileRows * Kernels.PanelWidth);

    public override int Tasks(int phase) => Geometry.Groups * _rowTasks * _panelTasks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Execute(in ConvolutionBuffers buffers, int phase, int task)
    {
        var group = task / (_rowTasks * _panelTasks);
        var inGroup = task % (_rowTasks * _panelTasks);
        int rows = Geometry.Batch * Geometry.OutputPixels, panels = _weights.Matrix(group).Panels;
        (var firstRow, var endRow) = Part(rows, inGroup / _panelTasks, _rowTasks);
        (var firstPanel, var endPanel) = Part(panels, inGroup % _panelTasks, _panelTasks);
        Multiply(buffers, group, firstRow, endRow, firstPanel, endPanel);
    }

    /// <summary>Some of the rows, which are the output's pixels from the first image's first on; of a single group.</summary>
    public void ExecuteRows(in ConvolutionBuffers buffers, int firstRow, int endRow) =>
        Multiply(buffers, 0, firstRow, endRow, 0, _weights.Matrix(0).Panels);

    /// <summary>
    /// The cut into about so many tasks for which the least is read: each column of tasks reads the whole map, each row all
    /// weights.
    /// </summary>
    private static (int Rows, int Panels) Cut(ConvolutionGeometry geometry, int panels, int mostRows, int wanted, bool inPlace)
    {
        var weights = (double)geometry.Depth * geometry.GroupOutputs;
        var map = (double)geometry.Batch * geometry.OutputPixels * geometry.Depth * (inPlace ? 1 : GatherCost);
        (int Rows, int Panels) best = (1, 1);
        var least = double.PositiveInfinity;
        for (var columns = 1; columns <= Math.Min(panels, wanted); columns++)
        {
            var rows = Math.Min(mostRows, (wanted + columns - 1) / columns);
            var tooFew = Math.Max(1, (double)wanted / (rows * columns));
            var cost = tooFew * ((map * columns) + (weights * rows));
            if (cost < least)
                (best, least) = ((rows, columns), cost);
        }

        return best;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>The part-th of some nearly equal parts of 0..count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int First, int End) Part(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(in ConvolutionBuffers buffers, int group, int firstRow, int endRow, int firstPanel, int endPanel)
    {
        var blockPanels = Math.Max(1, _weightBlockBytes / (_depthBlock * Kernels.PanelWidth * sizeof(float)));

        // Blocks of rows are about equal: a few rows left over would have all weights read once more for themselves.
        var rowBlocks = Math.Max(1, (int)Math.Round((endRow - firstRow) / (double)(RowBlockTiles * Kernels.TileRows)));
        for (var panel = firstPanel; panel < endPanel; panel += blockPanels)
        {
            // Sums that go on over several blocks of depth stay in the cache from one to the next.
            var end = Math.Min(endPanel, panel + blockPanels);
            for (var block = 0; block < rowBlocks; block++)
            {
                (var row, var stop) = Part(endRow - firstRow, block, rowBlocks);
                for (var k = 0; k < Geometry.Depth; k += _depthBlock)
                {
                    Multiply(buffers, group, firstRow + row, firstRow + stop, panel, end, k,
                        Math.Min(_depthBlock, Geometry.Depth - k));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        in ConvolutionBuffers buffers, int group, int firstRow, int endRow, int firstPanel, int endPanel, int k, int depth)
    {
        var geometry = Geometry;
        var weights = _weights.Matrix(group);
        var gathered = buffers.Scratch;
        var input = buffers.Input + ((nint)group * geometry.GroupInputs);
        var bias = _weights.Bias(group);
        bool first = k == 0, last = k + depth == geometry.Depth;
        var panelWidth = Kernels.PanelWidth;
        nint ldc = geometry.OutputStride, ldr = geometry.ResidualPixelStride;
        TileEpilogue epilogue = default;
        epilogue.ResidualStride = ldr;
        epilogue.Clamp = last && Epilogue.Clamps;
        epilogue.Low = Epilogue.Low;
        epilogue.High = Epilogue.High;
        epilogue.PrefetchFloats = PrefetchFloats;
        epilogue.Scratch = gathered + (Kernels.TileRows * (nint)_gatheredStride) + 64;

        var blocks = (endRow - firstRow + Kernels.TileRows - 1) / Kernels.TileRows;
        for (var block = 0; block < blocks; block++)
        {
            (var start, var end) = Part(endRow - firstRow, block, blocks);
            int row = firstRow + start, count = end - start;
            var a = gathered;
            nint lda = _gatheredStride;
            if (_inPlace)
            {
                lda = geometry.InputStride;
                a = input + (row * lda) + k;
            }
            else
            {
                _gatherer.Gather(input, group, row, count, k, depth, gathered, _gatheredStride);
            }

            var pair = Kernels.Tile(count, 2);
            var output = buffers.Output + (row * ldc) + ((nint)group * geometry.GroupOutputs);
            var residual = buffers.Residual == null || !last
                ? null
                : buffers.Residual + (row * ldr) + ((nint)group * geometry.GroupOutputs);
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                nint column = panel * panelWidth;
                var vectors = weights.PanelVectors(panel);
                epilogue.Bias = first ? bias + column : null;
                epilogue.Residual = residual == null ? null : residual + column;
                epilogue.Columns = weights.PanelColumns(panel);
                var b = weights.Panel(panel) + ((nint)k * vectors * weights.VectorWidth);
                (vectors == 2 ? pair : Kernels.Tile(count, 1))(a, lda, 1, b, depth, output + column, ldc, &epilogue);
            }
        }
    }
}

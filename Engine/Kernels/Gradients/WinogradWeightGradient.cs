using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Simd;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels.Gradients;

/// <summary>
/// The gradient of the weights of a 3x3 convolution of stride 1 by minimal filtering, F(4x4, 3x3) or on small maps F(2x2, 3x3):
/// the gradient of each component of the transformed filter is a sum over tiles of the transformed input times the transformed
/// output gradient; transformed back it is the filter's. Every transform here is the transpose of one that the forward pass has.
/// </summary>
/// <remarks>
/// Tiles are taken some at a time, so that what is transformed stays in a cache; the sums of such chunks are added in order. For
/// many filters and few tiles, all tiles are one chunk, and blocks of filters are summed and finished one after the other, in a
/// cache too. How many tiles make a chunk is the same everywhere, so the bits are the same for any number of threads.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient : IDisposable
{
    // With fewer tiles, writing a sum for each component costs more than the products that are saved (measured on Zen 3).
    private const int FewTiles = 20;

    private const int MostComponents = 36;
    private const int ManyTiles = 128;
    private const int TilesPerTask = 16;

    // Filters of a block: output channels and input channels.
    private const int BlockRows = 32;
    private const int BlockColumns = 64;
    private const int BlockStride = (BlockRows * BlockColumns) + 16;
    private const int FewBlocks = 8;

    // Channels of the output that lie together, tile after tile.
    private const int OutputPanel = 16;

    private readonly KernelSet _kernels;
    private readonly ConvolutionGeometry _geometry;
    private readonly WinogradAxis _axis;
    private readonly WinogradTransforms _transforms;
    private readonly WinogradGradients _gradients;
    private readonly AlignedBuffer _zeros;
    private readonly WinogradRegion _region;
    private readonly int _tiles;
    private readonly int _chunk;
    private readonly int _chunks;
    private readonly bool _byBlocks;
    private readonly nint _outputs;
    private readonly nint _inputs;

    public WinogradWeightGradient(KernelSet kernels, ConvolutionGeometry geometry)
    {
        _kernels = kernels;
        _geometry = geometry;
        _axis = AxisOf(geometry)!;
        _transforms = kernels.Winograd(_axis, _axis);
        _gradients = kernels.WinogradGradients(_axis);
        _outputs = geometry.OutputChannels;
        _inputs = geometry.InputChannels;
        _zeros = new AlignedBuffer(Math.Max(_inputs, _outputs));
        int columns = _axis.TilesOf(geometry.OutputWidth), perImage = columns * _axis.TilesOf(geometry.OutputHeight);
        _tiles = perImage * geometry.Batch;
        _region = new WinogradRegion(_axis, _axis, 0, _tiles, 0, 0, columns, perImage);
        _byBlocks = Blocks >= FewBlocks && _tiles * (_inputs + _outputs) <= 2 * _inputs * _outputs;
        _chunk = _byBlocks ? _tiles : ManyTiles;
        _chunks = (_tiles + _chunk - 1) / _chunk;
    }

    /// <summary>
    /// Parts that are done one after the other: for each chunk transforms and products, at last the filters; by blocks only
    /// transforms and blocks.
    /// </summary>
    public int Phases => _byBlocks ? 2 : (2 * _chunks) + 1;

    /// <summary>Floats of memory that the tasks share.</summary>
    public long SharedFloats =>
        (Components * (StrideOf(_outputs) + StrideOf(_inputs) + (_byBlocks ? 0 : _outputs * _inputs))) + 64;

    /// <summary>Floats of memory that each thread needs.</summary>
    public long ScratchFloats =>
        TapsOffset + (9 * (_byBlocks ? BlockColumns : _inputs)) + 64 + (_byBlocks ? Components * BlockStride : 0);

    private int Components => _axis.Inputs * _axis.Inputs;

    private int ColumnBlocks => ((int)_inputs + BlockColumns - 1) / BlockColumns;

    private int Blocks => ((int)_outputs + BlockRows - 1) / BlockRows * ColumnBlocks;

    /// <summary>Where the taps of a filter lie in a thread's memory: behind what products need.</summary>
    private int TapsOffset => (_kernels.TileRows + 1) * _kernels.PanelWidth;

    /// <summary>Whether it does a convolution, and in less time than the plain product would take.</summary>
    public static bool CanDo(ConvolutionGeometry g) => AxisOf(g) is not null;

    /// <summary>The algorithm with the fewest products, if they are few enough to pay for the transforms.</summary>
    private static WinogradAxis? AxisOf(ConvolutionGeometry g)
    {
        if (g is not { KernelHeight: 3, KernelWidth: 3, StrideX: 1, StrideY: 1, DilationX: 1, DilationY: 1, Groups: 1 }
            || g.InputChannels % 16 != 0 || g.OutputChannels % 16 != 0)
        {
            return null;
        }

        var best = ProductsOf(WinogradAxis.F4Of3) <= ProductsOf(WinogradAxis.F2Of3) ? WinogradAxis.F4Of3 : WinogradAxis.F2Of3;
        return ProductsOf(best) < 0.6 * 9 * g.OutputPixels && TilesOf(best) * g.Batch >= FewTiles ? best : null;

        int TilesOf(WinogradAxis axis) => axis.TilesOf(g.OutputHeight) * axis.TilesOf(g.OutputWidth);

        int ProductsOf(WinogradAxis axis) => TilesOf(axis) * axis.Inputs * axis.Inputs;
    }

    public int Tasks(int phase)
    {
        if (phase == 2 * _chunks)
            return (int)_outputs;
        if (phase % 2 == 1)
            return _byBlocks ? Blocks : Components;
        return 2 * ((TilesOf(phase / 2) + TilesPerTask - 1) / TilesPerTask);
    }

    /// <summary>Does one task.</summary>
    /// <param name="input">First pixel of the first image; dense.</param>
    /// <param name="gradient">The output's gradient; dense.</param>
    /// <param name="target">Output channel, input channel, tap.</param>
    /// <param name="shared">Memory of all tasks.</param>
    /// <param name="scratch">Memory of this thread.</param>
    /// <param name="phase">Which phase.</param>
    /// <param name="task">Which task.</param>
    /// <param name="adds">Whether the target holds a sum to go on with.</param>
    public void Execute(
        float* input, float* gradient, float* target, float* shared, float* scratch, int phase, int task, bool adds)
    {
        var outputs = shared;
        var inputs = outputs + (Components * StrideOf(_outputs));
        var sums = inputs + (Components * StrideOf(_inputs));
        var componentSums = _outputs * _inputs;
        scratch = (float*)(((nint)scratch + 63) & ~63);
        if (phase == 2 * _chunks)
        {
            Finish(sums + (task * _inputs), componentSums, (int)_inputs, target + (task * _inputs * 9), scratch, adds);
            return;
        }

        var chunk = phase / 2;
        if (phase % 2 == 1 && _byBlocks)
        {
            DoBlock(outputs, inputs, target, scratch, task, adds);
            return;
        }

        if (phase % 2 == 1)
        {
            Multiply(outputs, inputs, task, TilesOf(chunk), 0, (int)_outputs, 0, (int)_inputs, sums + (task * componentSums),
                _inputs, chunk > 0, scratch);
            return;
        }

        int first = task / 2 * TilesPerTask, end = Math.Min(TilesOf(chunk), first + TilesPerTask);
        if (task % 2 == 0)
            Transform(isInput: true, input, inputs, chunk, first, end);
        else
            Transform(isInput: false, gradient, outputs, chunk, first, end);
    }

    public void Dispose() => _zeros.Dispose();

    private int TilesOf(int chunk) => Math.Min(_chunk, _tiles - (chunk * _chunk));

    /// <summary>Floats from one component to the next: a tile's components lie in different cache sets.</summary>
    private nint StrideOf(nint channels) => (channels * _chunk) + 16;

    /// <summary>Panels of each component: tile after tile, the channels of a panel together.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(bool isInput, float* source, float* target, int chunk, int first, int end)
    {
        var g = _geometry;
        (var height, var width, var channels) = isInput
            ? (g.InputHeight, g.InputWidth, _inputs)
            : (g.OutputHeight, g.OutputWidth, _outputs);
        (var side, var panel) = isInput ? (_axis.Inputs, _kernels.PanelWidth) : (_axis.Outputs, OutputPanel);
        (var padTop, var padLeft) = isInput ? (g.PadTop, g.PadLeft) : (0, 0);
        nint stride = StrideOf(channels), ahead = WinogradTiling.TilesAhead * _axis.Outputs * channels;
        var pixels = stackalloc float*[MostComponents];
        var window = new TilePixels(height, width, channels, side, side, _zeros.Pointer);
        var place = _region.PlaceOf((chunk * _chunk) + first);
        for (var tile = first; tile < end; tile++, place.Advance())
        {
            window.List(source + ((nint)place.Image * height * width * channels), (place.Y * _axis.Outputs) - padTop,
                (place.X * _axis.Outputs) - padLeft, pixels);
            for (nint channel = 0; channel < channels; channel += panel)
            {
                var count = (int)Math.Min(panel, channels - channel);
                var panelTarget = target + (channel * _chunk) + ((nint)tile * count);
                if (isInput)
                    _transforms.Input(pixels, count, panelTarget, stride, ahead);
                else
                    _gradients.Output(pixels, count, panelTarget, stride, ahead);
                for (var i = 0; i < side * side && channel + count < channels; i++)
                    pixels[i] += count;
            }
        }
    }

    /// <summary>Sums and finishes a block of filters.</summary>
    private void DoBlock(float* outputs, float* inputs, float* target, float* scratch, int block, bool adds)
    {
        int row = block / ColumnBlocks * BlockRows, column = block % ColumnBlocks * BlockColumns;
        int endRow = (int)Math.Min(_outputs, row + BlockRows), endColumn = (int)Math.Min(_inputs, column + BlockColumns);
        var sums = scratch + TapsOffset + (9 * BlockColumns);
        for (var component = 0; component < Components; component++)
        {
            Multiply(outputs, inputs, component, _tiles, row, endRow, column, endColumn, sums + (component * BlockStride),
                BlockColumns, false, scratch);
        }

        for (var i = row; i < endRow; i++)
        {
            Finish(sums + ((i - row) * BlockColumns), BlockStride, endColumn - column, target + (((i * _inputs) + column) * 9),
                scratch, adds);
        }
    }

    /// <summary>Sums of one component over a chunk's tiles, for some output and input channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        float* outputs, float* inputs, int component, int tiles, int firstRow, int endRow, int firstColumn, int endColumn,
        float* sums, nint stride, bool adds, float* scratch)
    {
        var a = outputs + (component * StrideOf(_outputs));
        new Span<float>(scratch, _kernels.PanelWidth).Clear();
        TileEpilogue epilogue = default;
        epilogue.Bias = scratch;
        epilogue.ResidualStride = stride;
        epilogue.Scratch = scratch + _kernels.PanelWidth;
        var blocks = (OutputPanel + _kernels.TileRows - 1) / _kernels.TileRows;
        for (var column = firstColumn; column < endColumn; column += _kernels.PanelWidth)
        {
            var width = Math.Min(_kernels.PanelWidth, endColumn - column);
            var b = inputs + (component * StrideOf(_inputs)) + ((nint)column * _chunk);
            epilogue.Columns = width;
            for (var panel = firstRow; panel < endRow; panel += OutputPanel)
            {
                for (var block = 0; block < blocks; block++)
                {
                    int row = OutputPanel * block / blocks, count = (OutputPanel * (block + 1) / blocks) - row;
                    var sum = sums + ((panel + row - firstRow) * stride) + (column - firstColumn);
                    epilogue.Residual = adds ? sum : null;
                    _kernels.Tile(count, width > _kernels.VectorWidth ? 2 : 1)(
                        a + ((nint)panel * _chunk) + row, 1, OutputPanel, b, tiles, sum, stride, &epilogue);
                }
            }
        }
    }

    /// <summary>Transforms the sums of an output channel and some input channels to taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(float* sums, nint componentStride, int channels, float* target, float* scratch, bool adds)
    {
        var taps = scratch + TapsOffset;
        _gradients.Filter(sums, componentStride, channels, taps);
        if (!adds)
        {
            Transposition.Of(taps, channels, 9, channels, target, 9);
            return;
        }

        for (nint c = 0; c < channels; c++)
        {
            for (var tap = 0; tap < 9; tap++)
                target[(c * 9) + tap] += taps[(tap * channels) + c];
        }
    }
}

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
/// Tiles are taken some at a time, so that what is transformed stays in a cache; the sums of such chunks are added in order. How
/// many make a chunk is the same everywhere, so the bits are the same for any number of threads.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient : IDisposable
{
    // With fewer tiles, writing a sum for each component costs more than the products that are saved (measured on Zen 3).
    private const int FewTiles = 20;

    private const int MostComponents = 36;
    private const int Chunk = 256;
    private const int TilesPerTask = 16;

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
    private readonly int _chunks;
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
        _chunks = (_tiles + Chunk - 1) / Chunk;
    }

    /// <summary>Parts that are done one after the other: for each chunk transforms and products, at last the filters.</summary>
    public int Phases => (2 * _chunks) + 1;

    /// <summary>Floats of memory that the tasks share.</summary>
    public long SharedFloats => Components * (StrideOf(_outputs) + StrideOf(_inputs) + (_outputs * _inputs)) + 64;

    /// <summary>Floats of memory that each thread needs.</summary>
    public long ScratchFloats => Math.Max(9 * _inputs, (_kernels.TileRows + 1) * _kernels.PanelWidth) + 128;

    private int Components => _axis.Inputs * _axis.Inputs;

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
        return phase % 2 == 1 ? Components : 2 * ((TilesOf(phase / 2) + TilesPerTask - 1) / TilesPerTask);
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
        scratch = (float*)(((nint)scratch + 63) & ~63);
        if (phase == 2 * _chunks)
        {
            Finish(sums, target, scratch, task, adds);
            return;
        }

        var chunk = phase / 2;
        if (phase % 2 == 1)
        {
            Multiply(outputs, inputs, sums, scratch, chunk, task);
            return;
        }

        int first = task / 2 * TilesPerTask, end = Math.Min(TilesOf(chunk), first + TilesPerTask);
        if (task % 2 == 0)
            Transform(isInput: true, input, inputs, chunk, first, end);
        else
            Transform(isInput: false, gradient, outputs, chunk, first, end);
    }

    public void Dispose() => _zeros.Dispose();

    private int TilesOf(int chunk) => Math.Min(Chunk, _tiles - (chunk * Chunk));

    /// <summary>Floats from one component to the next: a tile's components lie in different cache sets.</summary>
    private static nint StrideOf(nint channels) => (channels * Chunk) + 16;

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
        var place = _region.PlaceOf((chunk * Chunk) + first);
        for (var tile = first; tile < end; tile++, place.Advance())
        {
            window.List(source + ((nint)place.Image * height * width * channels), (place.Y * _axis.Outputs) - padTop,
                (place.X * _axis.Outputs) - padLeft, pixels);
            for (nint channel = 0; channel < channels; channel += panel)
            {
                var count = (int)Math.Min(panel, channels - channel);
                var panelTarget = target + (channel * Chunk) + ((nint)tile * count);
                if (isInput)
                    _transforms.Input(pixels, count, panelTarget, stride, ahead);
                else
                    _gradients.Output(pixels, count, panelTarget, stride, ahead);
                for (var i = 0; i < side * side && channel + count < channels; i++)
                    pixels[i] += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* outputs, float* inputs, float* sums, float* zeros, int chunk, int component)
    {
        var depth = TilesOf(chunk);
        var a = outputs + (component * StrideOf(_outputs));
        var c = sums + (component * _outputs * _inputs);
        new Span<float>(zeros, _kernels.PanelWidth).Clear();
        TileEpilogue epilogue = default;
        epilogue.Bias = zeros;
        epilogue.ResidualStride = _inputs;
        epilogue.Scratch = zeros + _kernels.PanelWidth;
        var blocks = (OutputPanel + _kernels.TileRows - 1) / _kernels.TileRows;
        for (nint channel = 0; channel < _inputs; channel += _kernels.PanelWidth)
        {
            var width = (int)Math.Min(_kernels.PanelWidth, _inputs - channel);
            var b = inputs + (component * StrideOf(_inputs)) + (channel * Chunk);
            epilogue.Columns = width;
            for (nint panel = 0; panel < _outputs; panel += OutputPanel)
            {
                for (var block = 0; block < blocks; block++)
                {
                    int row = OutputPanel * block / blocks, count = (OutputPanel * (block + 1) / blocks) - row;
                    var sum = c + ((panel + row) * _inputs) + channel;
                    epilogue.Residual = chunk == 0 ? null : sum;
                    _kernels.Tile(count, width > _kernels.VectorWidth ? 2 : 1)(
                        a + (panel * Chunk) + row, 1, OutputPanel, b, depth, sum, _inputs, &epilogue);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(float* sums, float* target, float* taps, int row, bool adds)
    {
        _gradients.Filter(sums + (row * _inputs), _outputs * _inputs, (int)_inputs, taps);
        target += row * _inputs * 9;
        if (!adds)
        {
            Transposition.Of(taps, _inputs, 9, (int)_inputs, target, 9);
            return;
        }

        for (nint c = 0; c < _inputs; c++)
        {
            for (var tap = 0; tap < 9; tap++)
                target[(c * 9) + tap] += taps[(tap * _inputs) + c];
        }
    }
}

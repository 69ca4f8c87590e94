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
    private const int RowStride = Chunk + 16;

    // A cache line of a row of tiles.
    private const int TilesPerTask = 16;

    // Channels that are transformed at a time before they are transposed.
    private const int BlockChannels = 64;

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
    public long SharedFloats => Components * ((_outputs * RowStride) + InputStride + (_outputs * _inputs)) + 64;

    /// <summary>Floats of memory that each thread needs.</summary>
    public long ScratchFloats => Math.Max(
        (Components * TilesPerTask * BlockChannels) + 128,
        Math.Max(9 * _inputs, (_kernels.TileRows + 1) * _kernels.PanelWidth)) + 128;

    private int Components => _axis.Inputs * _axis.Inputs;

    /// <summary>Floats from one component of the input to the next: a tile's components lie in different cache sets.</summary>
    private nint InputStride => (_inputs * Chunk) + 16;

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
        var inputs = outputs + (Components * _outputs * RowStride);
        var sums = inputs + (Components * InputStride);
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
            TransformInput(input, inputs, chunk, first, end);
        else
            TransformGradient(gradient, outputs, scratch, chunk, first, end);
    }

    public void Dispose() => _zeros.Dispose();

    private int TilesOf(int chunk) => Math.Min(Chunk, _tiles - (chunk * Chunk));

    /// <summary>Panels of each component: tile after tile, the channels of a panel together.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(float* input, float* target, int chunk, int first, int end)
    {
        var g = _geometry;
        var pixels = stackalloc float*[MostComponents];
        var window = new TilePixels(g.InputHeight, g.InputWidth, _inputs, _axis.Inputs, _axis.Inputs, _zeros.Pointer);
        var place = _region.PlaceOf((chunk * Chunk) + first);
        var components = Components;
        for (var tile = first; tile < end; tile++, place.Advance())
        {
            window.List(input + ((nint)place.Image * g.InputHeight * g.InputWidth * _inputs),
                (place.Y * _axis.Outputs) - g.PadTop, (place.X * _axis.Outputs) - g.PadLeft, pixels);
            for (nint channel = 0; channel < _inputs; channel += _kernels.PanelWidth)
            {
                var width = (int)Math.Min(_kernels.PanelWidth, _inputs - channel);
                _transforms.Input(
                    pixels,
                    width,
                    target + (channel * Chunk) + ((nint)tile * width),
                    InputStride,
                    WinogradTiling.TilesAhead * _axis.Outputs * _inputs);
                for (var i = 0; i < components && channel + width < _inputs; i++)
                    pixels[i] += width;
            }
        }
    }

    /// <summary>For each component and output channel a row of tiles.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformGradient(float* gradient, float* target, float* scratch, int chunk, int first, int end)
    {
        var g = _geometry;
        var pixels = stackalloc float*[MostComponents];
        var window = new TilePixels(g.OutputHeight, g.OutputWidth, _outputs, _axis.Outputs, _axis.Outputs, _zeros.Pointer);
        var components = Components;
        for (nint channel = 0; channel < _outputs; channel += BlockChannels)
        {
            var channels = (int)Math.Min(BlockChannels, _outputs - channel);
            var place = _region.PlaceOf((chunk * Chunk) + first);
            for (var tile = first; tile < end; tile++, place.Advance())
            {
                window.List(gradient + channel + ((nint)place.Image * g.OutputPixels * _outputs), place.Y * _axis.Outputs,
                    place.X * _axis.Outputs, pixels);
                _gradients.Output(
                    pixels,
                    channels,
                    scratch + ((tile - first) * channels),
                    TilesPerTask * channels,
                    WinogradTiling.TilesAhead * _axis.Outputs * _outputs);
            }

            for (var component = 0; component < components; component++)
            {
                Transposition.Of(scratch + (component * TilesPerTask * channels), channels, end - first, channels,
                    target + (((component * _outputs) + channel) * RowStride) + first, RowStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* outputs, float* inputs, float* sums, float* zeros, int chunk, int component)
    {
        var depth = TilesOf(chunk);
        var a = outputs + (component * _outputs * RowStride);
        var c = sums + (component * _outputs * _inputs);
        new Span<float>(zeros, _kernels.PanelWidth).Clear();
        TileEpilogue epilogue = default;
        epilogue.Bias = zeros;
        epilogue.ResidualStride = _inputs;
        epilogue.Scratch = zeros + _kernels.PanelWidth;
        int rows = (int)_outputs, blocks = (rows + _kernels.TileRows - 1) / _kernels.TileRows;
        for (nint channel = 0; channel < _inputs; channel += _kernels.PanelWidth)
        {
            var width = (int)Math.Min(_kernels.PanelWidth, _inputs - channel);
            var b = inputs + (component * InputStride) + (channel * Chunk);
            epilogue.Columns = width;
            for (var block = 0; block < blocks; block++)
            {
                int row = rows * block / blocks, count = (rows * (block + 1) / blocks) - row;
                var sum = c + (row * _inputs) + channel;
                epilogue.Residual = chunk == 0 ? null : sum;
                _kernels.Tile(count, width > _kernels.VectorWidth ? 2 : 1)(
                    a + ((nint)row * RowStride), RowStride, b, depth, sum, _inputs, &epilogue);
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

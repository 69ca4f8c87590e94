using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// Convolutions of stride 1 or 2 by minimal filtering: tiles are transformed, multiplied by component, transformed back.
/// </summary>
/// <remarks>
/// Large maps: each task takes a group of tiles through all three parts, in memory that stays in its thread's cache. Small maps,
/// where weights are what is large: the parts are phases, and each thread reads only its share of the weights. The bits are the
/// same. Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks".
/// </remarks>
internal sealed unsafe class WinogradConvolution : ConvolutionKernel
{
    private readonly ConvolutionWeights _weights;
    private readonly WinogradForm _form;
    private readonly WinogradTiling _tiling;
    private readonly WinogradTransforms[] _transforms;
    private readonly WinogradComponents[] _components;
    private readonly int _tiles;
    private readonly int _groupTiles;
    private readonly bool _phased;
    private readonly int _panelTasks;
    private readonly nint _inputStride;
    private readonly nint _outputStride;

    /// <param name="kernels">Vector width.</param>
    /// <param name="form">The algorithm.</param>
    /// <param name="geometry">Sizes that the form <see cref="WinogradForm.CanDo">can do</see>.</param>
    /// <param name="weights">From <see cref="WinogradWeights.Pack"/>.</param>
    /// <param name="epilogue">What is done with the sums.</param>
    /// <param name="threads">Threads that the work is cut for.</param>
    public WinogradConvolution(
        KernelSet kernels,
        WinogradForm form,
        ConvolutionGeometry geometry,
        ConvolutionWeights weights,
        ConvolutionEpilogue epilogue,
        int threads)
        : base(kernels, geometry, epilogue)
    {
        _weights = weights;
        _form = form;
        _tiling = new WinogradTiling(form, geometry);
        _transforms = [.. _tiling.Regions.Select(r => kernels.Winograd(r.Y, r.X))];
        _components = [.. Enumerable.Range(0, form.Matrices).Select(form.ComponentsOf)];
        _tiles = _tiling.Tiles;
        _inputStride = RowOf(geometry.InputChannels);
        _outputStride = RowOf(geometry.Groups * weights.Matrix(0).PaddedColumns);

        // Weights that stay in the last level may be read again from there by every small group.
        var caches = kernels.Caches;
        var tileBytes = form.Components * sizeof(float) * (long)(_inputStride + _outputStride);
        var fromMemory = weights.Bytes > caches.Third * 3L / 8;
        var least = fromMemory ? 48 : weights.Bytes > 4 * caches.Second ? 16 : 12;
        var group = (int)Math.Clamp(caches.Second * 5L / 8 / tileBytes / 12 * 12, least, 96);
        var few = Math.Max(group, weights.Bytes > caches.Second && !form.IsStrided ? 48 : 24);
        _phased = threads > 1 && _tiles < 2 * threads * few;
        if (_phased)
        {
            _groupTiles = Math.Max(1, _tiles / (4 * threads));
            var wanted = (form.IsStrided ? 2 * threads : 4 * threads / form.Components) / geometry.Groups;
            _panelTasks = Math.Clamp(wanted, 1, weights.Matrix(0).Panels);
        }
        else
        {
            var groups = (_tiles + group - 1) / group;
            groups = (groups + threads - 1) / threads * threads;
            _groupTiles = (_tiles + groups - 1) / groups;
        }
    }

    public override int Phases => _phased ? 3 : 1;

    public override long SharedFloats => _phased ? WorkFloats(_tiles) : 0;

    public override long ScratchFloats => _phased ? 0 : WorkFloats(_groupTiles);

    private int TileGroups => (_tiles + _groupTiles - 1) / _groupTiles;

    /// <summary>Matrices of weights of all groups.</summary>
    private int Matrices => Geometry.Groups * _components.Length;

    public override int Tasks(int phase) => _phased && phase == 1 ? Matrices * _panelTasks : TileGroups;

    public override void Execute(in ConvolutionBuffers buffers, int phase, int task)
    {
        int first = task * _groupTiles, end = Math.Min(_tiles, first + _groupTiles);
        if (!_phased)
        {
            var tiles = end - first;
            var output = OutputOf(buffers.Scratch, tiles);
            TransformInput(buffers, buffers.Scratch, first, end, tiles, first);
            for (var matrix = 0; matrix < Matrices; matrix++)
                Multiply(buffers.Scratch, output, first, end, matrix, 0, _weights.Matrix(0).Panels);
            TransformOutput(buffers, output, first, end, tiles, first);
            return;
        }

        var sharedOutput = OutputOf(buffers.Shared, _tiles);
        switch (phase)
        {
            case 0:
                TransformInput(buffers, buffers.Shared, first, end, _tiles, 0);
                break;
            case 1:
                int panels = _weights.Matrix(0).Panels, part = task % _panelTasks;
                Multiply(
                    buffers.Shared,
                    sharedOutput,
                    0,
                    _tiles,
                    task / _panelTasks,
                    panels * part / _panelTasks,
                    panels * (part + 1) / _panelTasks);
                break;
            default:
                TransformOutput(buffers, sharedOutput, first, end, _tiles, 0);
                break;
        }
    }

    /// <summary>
    /// Floats from one tile's channels to the next tile's: whole cache lines; one more where the rows of a product would else
    /// come from few cache sets.
    /// </summary>
    private static nint RowOf(int channels)
    {
        var lines = (channels + 15) / 16;
        return 16 * (lines > 8 ? lines + 1 : lines);
    }

    /// <summary>
    /// Floats between components: an odd number of cache lines, so that a tile's components lie in different cache sets; unless
    /// components that share their weights are multiplied as one matrix.
    /// </summary>
    private nint ComponentStride(int tiles, nint rowStride) =>
        _form.IsStrided ? tiles * rowStride : ((tiles * rowStride) + 16) | 16;

    private long WorkFloats(int tiles) =>
        _form.Components * (long)(ComponentStride(tiles, _inputStride) + ComponentStride(tiles, _outputStride)) + 64;

    private float* OutputOf(float* work, int tiles) => work + (_form.Components * ComponentStride(tiles, _inputStride));

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(in ConvolutionBuffers buffers, float* target, int first, int end, int tiles, int origin)
    {
        var g = Geometry;
        var pixels = stackalloc float*[81];
        var imageFloats = (nint)g.InputHeight * g.InputWidth * g.InputStride;
        var componentStride = ComponentStride(tiles, _inputStride);
        int stepY = _form.Y.Outputs * g.StrideY, stepX = _form.X.Outputs * g.StrideX;
        for (var r = 0; r < _transforms.Length; r++)
        {
            var region = _tiling.Regions[r];
            int start = Math.Max(first, region.Start), stop = Math.Min(end, region.End);
            if (start >= stop)
                continue;
            var window = new TilePixels(
                g.InputHeight, g.InputWidth, g.InputStride, region.Y.Inputs, region.X.Inputs, _weights.Zeros);
            WinogradPlace place = region.PlaceOf(start), later = region.PlaceOf(start + WinogradTiling.TilesAhead);
            for (var tile = start; tile < stop; tile++)
            {
                int top = (place.Y * stepY) - g.PadTop, left = (place.X * stepX) - g.PadLeft;
                window.List(buffers.Input + (place.Image * imageFloats), top, left, pixels);
                var ahead = later.PixelIn(g.InputHeight, g.InputWidth, stepY, stepX)
                    - place.PixelIn(g.InputHeight, g.InputWidth, stepY, stepX);
                _transforms[r].Input(
                    pixels,
                    g.InputChannels,
                    target + ((tile - origin) * _inputStride),
                    componentStride,
                    tile + WinogradTiling.TilesAhead < region.End ? ahead * g.InputStride : 0);
                place.Advance();
                later.Advance();
            }
        }
    }

    /// <summary>Multiplies, of some tiles, what one matrix of one group multiplies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* inputs, float* outputs, int first, int end, int matrix, int firstPanel, int endPanel)
    {
        var weights = _weights.Matrix(matrix);
        var group = matrix / _components.Length;
        ref readonly var components = ref _components[matrix % _components.Length];
        Span<(int Row, int Count)> runs = stackalloc (int, int)[WinogradTiling.MostRuns];
        runs = runs[.._tiling.Runs(components, first, end, runs)];
        var a = inputs + (components.First * ComponentStride(end - first, _inputStride)) + ((nint)group * weights.Depth);
        var c = outputs + (components.First * ComponentStride(end - first, _outputStride))
            + ((nint)group * weights.PaddedColumns);
        TileEpilogue epilogue = default;
        epilogue.Bias = _weights.Zeros;
        var streams = _weights.Bytes > Kernels.Caches.Second;
        epilogue.PrefetchFloats = streams ? 0 : AlignedBuffer.PrefetchReach;
        var parts = 0;
        foreach ((var _, var rows) in runs)
        {
            parts += (rows + Kernels.TileRows - 1) / Kernels.TileRows;
        }

        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var vectors = weights.PanelVectors(panel);
            epilogue.Columns = vectors * weights.VectorWidth;
            var b = weights.Panel(panel);
            for (int i = 0, part = 0; i < runs.Length; i++)
            {
                (var start, var rows) = runs[i];
                var blocks = (rows + Kernels.TileRows - 1) / Kernels.TileRows;
                for (var block = 0; block < blocks; block++, part++)
                {
                    int row = rows * block / blocks, count = (rows * (block + 1) / blocks) - row;
                    if (streams)
                    {
                        // While a panel is used, the next one is asked for.
                        nint width = vectors * weights.VectorWidth;
                        epilogue.StreamPart(b + (weights.Depth * width), weights.Depth, width, part, parts);
                    }

                    Kernels.Tile(count, vectors)(
                        a + ((start + row) * _inputStride),
                        _inputStride,
                        1,
                        b,
                        weights.Depth,
                        c + ((start + row) * _outputStride) + (panel * (nint)weights.PanelWidth),
                        _outputStride,
                        &epilogue);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(in ConvolutionBuffers buffers, float* components, int first, int end, int tiles, int origin)
    {
        var g = Geometry;
        WinogradOutput output = default;
        output.ComponentStride = ComponentStride(tiles, _outputStride);
        output.Channels = g.GroupOutputs;
        output.PixelStride = g.OutputStride;
        output.RowStride = (nint)g.OutputWidth * g.OutputStride;
        output.ResidualPixelStride = g.ResidualPixelStride;
        output.ResidualRowStride = (nint)g.OutputWidth * g.ResidualPixelStride;
        output.Low = Epilogue.Low;
        output.High = Epilogue.High;
        int stepY = _form.Y.Outputs, stepX = _form.X.Outputs;
        for (var r = 0; r < _transforms.Length; r++)
        {
            var region = _tiling.Regions[r];
            int start = Math.Max(first, region.Start), stop = Math.Min(end, region.End);
            if (start >= stop)
                continue;
            WinogradPlace place = region.PlaceOf(start), later = region.PlaceOf(start + WinogradTiling.TilesAhead);
            for (var tile = start; tile < stop; tile++, place.Advance(), later.Advance())
            {
                int y = place.Y * stepY, x = place.X * stepX;
                var pixel = place.PixelIn(g.OutputHeight, g.OutputWidth, stepY, stepX);
                var ahead = tile + WinogradTiling.TilesAhead < region.End
                    ? later.PixelIn(g.OutputHeight, g.OutputWidth, stepY, stepX) - pixel : 0;
                (output.Ahead, output.ResidualAhead) = (ahead * g.OutputStride, ahead * g.ResidualPixelStride);
                output.Rows = Math.Min(region.Y.Outputs, g.OutputHeight - y);
                output.Columns = Math.Min(region.X.Outputs, g.OutputWidth - x);
                var source = components + ((tile - origin) * _outputStride);
                output.Target = buffers.Output + (pixel * g.OutputStride);
                output.Residual = buffers.Residual == null ? null : buffers.Residual + (pixel * g.ResidualPixelStride);
                for (var group = 0; group < g.Groups; group++)
                {
                    output.Bias = _weights.Bias(group);
                    _transforms[r].Output(source, output);
                    source += _weights.Matrix(0).PaddedColumns;
                    output.Target += g.GroupOutputs;
                    output.Residual += output.Residual == null ? 0 : g.GroupOutputs;
                }
            }
        }
    }

    public override string ToString() => $"Winograd {_form}";
}

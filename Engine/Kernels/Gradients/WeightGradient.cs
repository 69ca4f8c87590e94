using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Gradients;

/// <summary>
/// The gradient of a convolution's weights: for each group one product of the transposed output gradient (output channels x
/// pixels) with what the pixels read (pixels x taps and input channels), gathered a panel at a time.
/// </summary>
/// <remarks>
/// Phases: the output gradient is copied into panels of channels, block of pixels by block; the products; their sums, in the
/// order of the weights.
/// Each element's sum runs over the blocks in order. Where there are few panels, the blocks are cut into parts, which are added
/// at the end, also in order: how many parts follows from the sizes alone. So the bits are the same for any number of threads.
/// </remarks>
internal sealed unsafe class WeightGradient
{
    private const int Block = 256;
    private const int OutputPanel = 16;
    private const int MostParts = 16;
    private const int WantedTasks = 16;

    // Rows of a block that are gathered whole stay in the second-level cache up to this depth.
    private const int MostGathered = 512;

    private readonly KernelSet _kernels;
    private readonly ConvolutionGeometry _geometry;
    private readonly RowGatherer _gatherer;
    private readonly int _pixels;
    private readonly int _blocks;
    private readonly int _columns;
    private readonly int _panels;
    private readonly int _parts;
    private readonly int _panelTasks;
    private readonly nint _resultStride;
    private readonly int _gatheredStride;

    public WeightGradient(KernelSet kernels, ConvolutionGeometry geometry, int threads)
    {
        _kernels = kernels;
        _geometry = geometry;
        _gatherer = new RowGatherer(kernels, geometry, null);
        _pixels = geometry.Batch * geometry.OutputPixels;
        _blocks = (_pixels + Block - 1) / Block;
        _columns = geometry.Depth;
        _panels = (_columns + kernels.PanelWidth - 1) / kernels.PanelWidth;
        _resultStride = (_columns + 15) / 16 * 16;

        // Few channels of a tap: what a pixel reads is gathered as a whole, for all panels.
        var gathers = geometry.GroupInputs % 16 != 0 && _columns <= MostGathered;
        _gatheredStride = gathers ? ((_columns + 15) / 16 * 16) + 32 : 0;

        // In panels of one size, whatever the vectors, so that every machine makes the same parts.
        var work = geometry.Groups * (gathers ? 1 : (_columns + 15) / 16);
        _parts = Math.Clamp(Math.Min(_blocks / 4, WantedTasks / work), 1, MostParts);
        _panelTasks = threads == 1 || gathers ? 1 : Math.Clamp(4 * threads / (geometry.Groups * _parts), 1, _panels);
    }

    /// <summary>Floats of memory that the tasks share.</summary>
    public long SharedFloats => PackedFloats + ((long)_parts * _geometry.OutputChannels * _resultStride) + 64;

    /// <summary>Floats of memory that each thread needs.</summary>
    public long ScratchFloats =>
        ((long)Block * (_kernels.PanelWidth + _gatheredStride)) + ((_kernels.TileRows + 1) * _kernels.PanelWidth) + 256
        + (PacksFirst ? 0 : GroupFloats);

    // Where a task has all panels of a block, it packs the block's gradient for itself.
    private bool PacksFirst => _panelTasks > 1;

    private long PackedFloats => PacksFirst ? _blocks * _geometry.Groups * GroupFloats : 0;

    /// <summary>Floats of the packed gradient of a block of pixels, for one group.</summary>
    private long GroupFloats => (long)Block * ((_geometry.GroupOutputs + OutputPanel - 1) / OutputPanel * OutputPanel);

    public int Tasks(int phase) => phase switch
    {
        0 => PacksFirst ? _blocks * _geometry.Groups : 0,
        1 => _geometry.Groups * _parts * _panelTasks,
        _ => _geometry.OutputChannels,
    };

    /// <summary>Does one task.</summary>
    /// <param name="input">First pixel of the first image.</param>
    /// <param name="gradient">The output's gradient, its channels dense.</param>
    /// <param name="target">Output channel, input channel of the group, tap; or in the order that the strides say.</param>
    /// <param name="shared">Memory of all tasks.</param>
    /// <param name="scratch">Memory of this thread.</param>
    /// <param name="phase">0, 1 or 2.</param>
    /// <param name="task">Which task.</param>
    /// <param name="rowStride">Floats from one output channel to the next in the target.</param>
    /// <param name="columnStride">Floats from one input channel to the next in the target.</param>
    /// <param name="adds">Whether the target holds a sum to go on with.</param>
    public void Execute(
        float* input, float* gradient, float* target, float* shared, float* scratch, int phase, int task, long rowStride,
        long columnStride, bool adds)
    {
        if (phase == 0)
        {
            PackGradient(gradient, shared + (task * GroupFloats), task / _geometry.Groups, task % _geometry.Groups);
        }
        else if (phase == 1)
        {
            var part = task / _panelTasks % _parts;
            var group = task / (_panelTasks * _parts);
            int first = _panels * (task % _panelTasks) / _panelTasks, end = _panels * ((task % _panelTasks) + 1) / _panelTasks;
            scratch = (float*)(((nint)scratch + 63) & ~63);
            for (var block = _blocks * part / _parts; block < _blocks * (part + 1) / _parts; block++)
            {
                var a = shared + ((((long)block * _geometry.Groups) + group) * GroupFloats);
                if (!PacksFirst)
                    PackGradient(gradient, a = scratch, block, group);
                Multiply(input, a, shared, PacksFirst ? scratch : scratch + GroupFloats, group, part, block, first, end);
            }
        }
        else
        {
            Finish(shared, target, task, rowStride, columnStride, adds);
        }
    }

    /// <summary>Panels of output channels of a block: pixel after pixel, the channels of a panel together.</summary>
    private void PackGradient(float* gradient, float* target, int block, int group)
    {
        int stride = _geometry.OutputChannels, count = Math.Min(Block, _pixels - (block * Block));
        var source = gradient + ((nint)block * Block * stride) + ((nint)group * _geometry.GroupOutputs);
        for (nint channel = 0; channel < _geometry.GroupOutputs; channel += OutputPanel)
            _kernels.CopyRuns(source + channel, stride, 1, 0, OutputPanel, count, target + (channel * Block), OutputPanel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        float* input, float* a, float* shared, float* scratch, int group, int part, int block, int firstPanel, int endPanel)
    {
        var g = _geometry;
        int pixel = block * Block, count = Math.Min(Block, _pixels - pixel), rows = g.GroupOutputs, width = _kernels.PanelWidth;
        var result = shared + PackedFloats + ((((nint)part * g.OutputChannels) + ((nint)group * rows)) * _resultStride);
        var panelValues = (float*)(((nint)scratch + 63) & ~63);
        var zeros = panelValues + (Block * width) + 32;
        new Span<float>(zeros, width).Clear();
        TileEpilogue epilogue = default;
        epilogue.Bias = zeros;
        epilogue.ResidualStride = _resultStride;
        epilogue.Scratch = zeros + width;
        var gathered = epilogue.Scratch + (_kernels.TileRows * width);
        if (_gatheredStride > 0)
        {
            _gatherer.Gather(
                input + ((nint)group * g.GroupInputs), group, pixel, count, 0, _columns, gathered, _gatheredStride);
        }

        var goesOn = block > _blocks * part / _parts;
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            int column = panel * width, columns = Math.Min(width, _columns - column);
            var vectors = columns > _kernels.VectorWidth ? 2 : 1;
            var panelWidth = vectors * _kernels.VectorWidth;
            if (_gatheredStride > 0)
                _kernels.CopyRuns(gathered + column, _gatheredStride, 1, 0, panelWidth, count, panelValues, panelWidth);
            else
                Pack(input, group, pixel, count, column, columns, panelValues, panelWidth);
            epilogue.Columns = columns;
            for (var channel = 0; channel < rows; channel += OutputPanel)
            {
                var panelRows = Math.Min(OutputPanel, rows - channel);
                var tiles = (panelRows + _kernels.TileRows - 1) / _kernels.TileRows;
                for (var tile = 0; tile < tiles; tile++)
                {
                    int row = panelRows * tile / tiles, tileRows = (panelRows * (tile + 1) / tiles) - row;
                    var c = result + ((channel + row) * _resultStride) + column;
                    epilogue.Residual = goesOn ? c : null;
                    _kernels.Tile(tileRows, vectors)(a + (channel * (nint)Block) + row, 1, OutputPanel, panelValues, count, c,
                        _resultStride, &epilogue);
                }
            }
        }
    }

    /// <summary>What some pixels read, for some columns of taps and channels.</summary>
    private void Pack(float* input, int group, int pixel, int count, int column, int columns, float* target, int width)
    {
        var source = input + ((nint)group * _geometry.GroupInputs);
        if (columns < width || _geometry.GroupInputs % _kernels.VectorWidth != 0)
        {
            _gatherer.Gather(source, group, pixel, count, column, columns, target, width);
            return;
        }

        // Tap by tap.
        for (int first = 0, run; first < columns; first += run)
        {
            int tap = (column + first) / _geometry.GroupInputs, channel = (column + first) % _geometry.GroupInputs;
            run = Math.Min(columns - first, _geometry.GroupInputs - channel);
            PackTap(source + channel, tap, pixel, count, run, target + first, width);
        }
    }

    /// <summary>One tap's channels: runs of pixels of an output row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackTap(float* source, int tap, int pixel, int count, int channels, float* target, int width)
    {
        var g = _geometry;
        int dy = (tap / g.KernelWidth * g.DilationY) - g.PadTop, dx = (tap % g.KernelWidth * g.DilationX) - g.PadLeft;
        int image = pixel / g.OutputPixels, oy = pixel % g.OutputPixels / g.OutputWidth, ox = pixel % g.OutputWidth;

        // Output columns whose tap lies inside the map.
        var firstInside = dx >= 0 ? 0 : (-dx + g.StrideX - 1) / g.StrideX;
        var endInside = g.InputWidth - dx <= 0 ? 0 : ((g.InputWidth - dx - 1) / g.StrideX) + 1;
        while (count > 0)
        {
            var run = Math.Min(count, g.OutputWidth - ox);
            var y = (oy * g.StrideY) + dy;
            int from = ox, to = ox;
            if ((uint)y < (uint)g.InputHeight)
            {
                from = Math.Clamp(firstInside, ox, ox + run);
                to = Math.Clamp(endInside, from, ox + run);
            }

            Clear(target, from - ox, channels, width);
            if (to > from)
            {
                var row = source + (((((nint)image * g.InputHeight) + y) * g.InputWidth) * g.InputStride);
                _kernels.CopyRuns(
                    row + ((((nint)from * g.StrideX) + dx) * g.InputStride), (nint)g.StrideX * g.InputStride, 1, 0, channels,
                    to - from, target + ((from - ox) * width), width);
            }

            Clear(target + ((to - ox) * width), ox + run - to, channels, width);
            target += run * width;
            count -= run;
            ox = 0;
            if (++oy == g.OutputHeight)
            {
                oy = 0;
                image++;
            }
        }
    }

    private static void Clear(float* target, int rows, int columns, int stride)
    {
        for (var row = 0; row < rows; row++)
            new Span<float>(target + (row * stride), columns).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(float* shared, float* target, int row, long rowStride, long columnStride, bool adds)
    {
        int channels = _geometry.GroupInputs, taps = _geometry.KernelHeight * _geometry.KernelWidth;
        target += row * rowStride;
        var result = shared + PackedFloats + (row * _resultStride);
        for (var part = 1; part < _parts; part++)
            _kernels.AddScaled(result + (part * _geometry.OutputChannels * _resultStride), 1, result, _columns);
        if (!adds)
        {
            Transposition.Of(result, channels, taps, channels, target, (nint)columnStride);
            return;
        }

        for (var c = 0; c < channels; c++)
        {
            for (var tap = 0; tap < taps; tap++)
                target[(c * columnStride) + tap] += result[((nint)tap * channels) + c];
        }
    }
}

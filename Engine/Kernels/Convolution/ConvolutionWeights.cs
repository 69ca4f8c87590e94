using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>
/// A convolution's weights as packed matrices, and its bias padded to whole panels. Read-only once filled; shared by plans.
/// </summary>
/// <remarks>What makes one only finds its memory; <see cref="Fill"/> packs, for many at a time where there are many.</remarks>
internal sealed unsafe class ConvolutionWeights : IDisposable
{
    private readonly PackedMatrix[] _matrices;
    private readonly AlignedBuffer _values;
    private readonly AlignedBuffer _bias;
    private readonly AlignedBuffer? _zeros;
    private readonly int _biasStride;
    private IPacking? _packing;

    /// <param name="packing">What is to fill the matrices.</param>
    /// <param name="matrices">Group by group; for transformed weights, component by component.</param>
    /// <param name="values">What holds them; from now on this object's.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="zeros">How many zeros the kernel wants to read; 0: none.</param>
    public ConvolutionWeights(
        IPacking packing, PackedMatrix[] matrices, AlignedBuffer values, int groups, ReadOnlySpan<float> bias, int zeros = 0)
    {
        _packing = packing;
        _zeros = zeros == 0 ? null : new AlignedBuffer(zeros);
        _matrices = matrices;
        _values = values;
        var first = matrices[0];
        Bytes = matrices.Length * first.Bytes;
        _biasStride = first.Panels * first.PanelWidth;
        _bias = new AlignedBuffer((long)groups * _biasStride);
        for (var g = 0; g < groups && !bias.IsEmpty; g++)
            bias.Slice(g * first.Columns, first.Columns).CopyTo(_bias.Span((long)g * _biasStride, first.Columns));
    }

    /// <summary>What fills the matrices, for whoever does so before every use: weights that change.</summary>
    public IPacking Packing => _packing!;

    /// <summary>Packed bytes.</summary>
    public long Bytes { get; }

    /// <summary>The zeros asked for.</summary>
    public float* Zeros => _zeros!.Pointer;

    public PackedMatrix Matrix(int index) => _matrices[index];

    public float* Bias(int group) => _bias.Pointer + ((long)group * _biasStride);

    /// <summary>Another bias, one value per output channel.</summary>
    public void SetBias(ReadOnlySpan<float> bias)
    {
        var columns = _matrices[0].Columns;
        for (var g = 0; g * columns < bias.Length; g++)
            bias.Slice(g * columns, columns).CopyTo(_bias.Span((long)g * _biasStride, columns));
    }

    /// <summary>Packs weights for <see cref="ImplicitGemm"/>: depth runs over kernel row, kernel column, input channel.</summary>
    /// <param name="kernels">Whose vector width to pack for.</param>
    /// <param name="geometry">Sizes.</param>
    /// <param name="weights">Output channel, input channel of the group, kernel row, kernel column.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="scale">One factor per output channel; empty: ones.</param>
    /// <param name="into">Memory that others use at other times; null: memory of its own.</param>
    /// <param name="isTurned">Whether the weights are those of the convolution whose input gradient this one makes: its outputs
    /// are these inputs, and its kernel is this one turned by half a turn. One group.</param>
    public static ConvolutionWeights Pack(
        KernelSet kernels,
        ConvolutionGeometry geometry,
        float[] weights,
        ReadOnlySpan<float> bias,
        float[] scale,
        AlignedBuffer? into = null,
        bool isTurned = false)
    {
        var matrices = PackedMatrix.Create(
            geometry.Groups, geometry.Depth, geometry.GroupOutputs, kernels.VectorWidth, out var buffer, into);
        var packing = new FilterPacking(matrices, weights, scale, geometry, isTurned);
        return new ConvolutionWeights(packing, matrices, buffer, geometry.Groups, bias);
    }

    /// <summary>Packs a matrix whose element (k, n) lies at k * rowStride + n * columnStride.</summary>
    public static ConvolutionWeights PackMatrix(
        KernelSet kernels,
        int depth,
        int columns,
        float[] values,
        long rowStride,
        long columnStride,
        ReadOnlySpan<float> bias,
        AlignedBuffer? into = null)
    {
        var matrices = PackedMatrix.Create(1, depth, columns, kernels.VectorWidth, out var buffer, into);
        var packing = new MatrixPacking(matrices[0], values, rowStride, columnStride);
        return new ConvolutionWeights(packing, matrices, buffer, 1, bias);
    }

    /// <summary>Fills weights that are not filled yet, all in one go, so that threads wait for one another only once.</summary>
    public static void Fill(IEnumerable<ConvolutionWeights> all, WorkerPool pool)
    {
        ConvolutionWeights[] open = [.. all.Where(w => w._packing is not null)];
        var packings = new Packings([.. open.Select(w => w._packing!)]);
        pool.Run(packings, packings, 0, packings.Tasks);
        foreach (var weights in open)
            weights._packing = null;
    }

    public void Dispose()
    {
        _values.Dispose();
        _bias.Dispose();
        _zeros?.Dispose();
    }

    private sealed class FilterPacking(
        PackedMatrix[] matrices, float[] weights, float[] scale, ConvolutionGeometry geometry, bool isTurned) : IPacking
    {
        public int Tasks => matrices.Length * matrices[0].Panels;

        public void Execute(object state, int phase, int task, int worker)
        {
            var index = task / matrices[0].Panels;
            var matrix = matrices[index];
            var panel = task % matrices[0].Panels;
            int taps = geometry.KernelHeight * geometry.KernelWidth, channels = geometry.GroupInputs;
            matrix.Populate(panel);
            fixed (float* source = weights, factors = scale)
            {
                var group = source + ((long)index * geometry.GroupOutputs * geometry.Depth);
                var groupFactors = factors is null ? null : factors + ((long)index * geometry.GroupOutputs);
                long rowStride = taps, columnStride = (long)channels * taps;
                if (isTurned)
                    (rowStride, columnStride) = ((long)geometry.GroupOutputs * taps, taps);
                for (var tap = 0; tap < taps; tap++)
                {
                    var from = group + (isTurned ? taps - 1 - tap : tap);
                    matrix.Fill(panel, tap * channels, channels, from, rowStride, columnStride, groupFactors);
                }
            }
        }
    }

    private sealed class MatrixPacking(PackedMatrix matrix, float[] values, long rowStride, long columnStride) : IPacking
    {
        public int Tasks => matrix.Panels;

        public void Execute(object state, int phase, int task, int worker)
        {
            matrix.Populate(task);
            fixed (float* source = values)
            {
                matrix.Fill(task, 0, matrix.Depth, source, rowStride, columnStride);
            }
        }
    }

    /// <summary>The tasks of several packings, one after the other.</summary>
    private sealed class Packings(IPacking[] parts) : IPacking
    {
        public int Tasks { get; } = parts.Sum(p => p.Tasks);

        public void Execute(object state, int phase, int task, int worker)
        {
            var part = 0;
            for (; task >= parts[part].Tasks; part++)
                task -= parts[part].Tasks;
            parts[part].Execute(state, phase, task, worker);
        }
    }
}

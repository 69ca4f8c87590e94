using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>
/// A convolution's weights as packed matrices, and its bias padded to whole panels. Read-only; shared by plans.
/// </summary>
internal sealed unsafe class ConvolutionWeights : IDisposable
{
    private readonly PackedMatrix[] _matrices;
    private readonly AlignedBuffer _values;
    private readonly AlignedBuffer _bias;
    private readonly AlignedBuffer? _zeros;
    private readonly int _biasStride;

    /// <param name="matrices">Group by group; for transformed weights, component by component.</param>
    /// <param name="values">What holds them; from now on this object's.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="zeros">How many zeros the kernel wants to read; 0: none.</param>
    public ConvolutionWeights(PackedMatrix[] matrices, AlignedBuffer values, int groups, ReadOnlySpan<float> bias, int zeros = 0)
    {
        _zeros = zeros == 0 ? null : new AlignedBuffer(zeros);
        _matrices = matrices;
        _values = values;
        PackedMatrix first = matrices[0];
        Bytes = matrices.Length * first.Bytes;
        _biasStride = first.Panels * first.PanelWidth;
        _bias = new AlignedBuffer((long)groups * _biasStride);
        for (int g = 0; g < groups && !bias.IsEmpty; g++)
        {
            bias.Slice(g * first.Columns, first.Columns).CopyTo(_bias.Span((long)g * _biasStride, first.Columns));
        }
    }

    /// <summary>Packed bytes.</summary>
    public long Bytes { get; }

    /// <summary>The zeros asked for.</summary>
    public float* Zeros => _zeros!.Pointer;

    public PackedMatrix Matrix(int index) => _matrices[index];

    public float* Bias(int group) => _bias.Pointer + ((long)group * _biasStride);

    /// <summary>Packs weights for <see cref="ImplicitGemm"/>: depth runs over kernel row, kernel column, input channel.</summary>
    /// <param name="kernels">Whose vector width to pack for.</param>
    /// <param name="geometry">Sizes.</param>
    /// <param name="weights">Output channel, input channel of the group, kernel row, kernel column.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="scale">One factor per output channel; empty: ones.</param>
    /// <param name="pool">Who does the work.</param>
    public static ConvolutionWeights Pack(
        KernelSet kernels,
        ConvolutionGeometry geometry,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> scale,
        WorkerPool pool)
    {
        PackedMatrix[] matrices = PackedMatrix.Create(
            geometry.Groups, geometry.Depth, geometry.GroupOutputs, kernels.VectorWidth, out AlignedBuffer buffer);
        fixed (float* source = weights, factors = scale)
        {
            var work = new Packing(matrices, source, factors, geometry);
            pool.Run(work, work, 0, work.Tasks);
        }

        return new ConvolutionWeights(matrices, buffer, geometry.Groups, bias);
    }

    /// <summary>Packs a matrix whose element (k, n) lies at k * rowStride + n * columnStride.</summary>
    public static ConvolutionWeights PackMatrix(
        KernelSet kernels,
        int depth,
        int columns,
        ReadOnlySpan<float> values,
        long rowStride,
        long columnStride,
        ReadOnlySpan<float> bias,
        WorkerPool pool)
    {
        PackedMatrix[] matrices = PackedMatrix.Create(1, depth, columns, kernels.VectorWidth, out AlignedBuffer buffer);
        PackedMatrix matrix = matrices[0];
        fixed (float* source = values)
        {
            var work = new MatrixPacking(matrix, source, rowStride, columnStride);
            pool.Run(work, work, 0, matrix.Panels);
        }

        return new ConvolutionWeights(matrices, buffer, 1, bias);
    }

    public void Dispose()
    {
        _values.Dispose();
        _bias.Dispose();
        _zeros?.Dispose();
    }

    private sealed class Packing(PackedMatrix[] matrices, float* source, float* scale, ConvolutionGeometry geometry) : IParallelWork
    {
        public int Tasks => matrices.Length * matrices[0].Panels;

        public void Execute(object state, int phase, int task, int worker)
        {
            int index = task / matrices[0].Panels;
            PackedMatrix matrix = matrices[index];
            int panel = task % matrices[0].Panels;
            int taps = geometry.KernelHeight * geometry.KernelWidth, channels = geometry.GroupInputs;
            matrix.Populate(panel);
            float* group = source + ((long)index * geometry.GroupOutputs * geometry.Depth);
            for (int tap = 0; tap < taps; tap++)
            {
                float* factors = scale is null ? null : scale + ((long)index * geometry.GroupOutputs);
                matrix.Fill(panel, tap * channels, channels, group + tap, taps, (long)channels * taps, factors);
            }
        }
    }

    private sealed class MatrixPacking(PackedMatrix matrix, float* source, long rowStride, long columnStride) : IParallelWork
    {
        public void Execute(object state, int phase, int task, int worker)
        {
            matrix.Populate(task);
            matrix.Fill(task, 0, matrix.Depth, source, rowStride, columnStride);
        }
    }
}

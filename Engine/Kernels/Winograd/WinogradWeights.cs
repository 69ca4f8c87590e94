using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>
/// Transforms filters into one packed matrix (input channels x output channels) for each component of each group, group by
/// group.
/// </summary>
internal static unsafe class WinogradWeights
{
    /// <param name="kernels">Whose vector width to pack for.</param>
    /// <param name="form">The algorithm.</param>
    /// <param name="geometry">Sizes.</param>
    /// <param name="weights">Output channel, input channel of the group, row, column.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="scale">One factor per output channel; empty: ones.</param>
    /// <param name="into">Memory that others use at other times; null: memory of its own.</param>
    /// <param name="isTurned">As <see cref="ConvolutionWeights.Pack"/> has it.</param>
    public static ConvolutionWeights Pack(
        KernelSet kernels,
        WinogradForm form,
        ConvolutionGeometry geometry,
        float[] weights,
        ReadOnlySpan<float> bias,
        float[] scale,
        AlignedBuffer? into = null,
        bool isTurned = false)
    {
        var matrices = PackedMatrix.Create(
            geometry.Groups * form.Matrices,
            geometry.GroupInputs,
            geometry.GroupOutputs,
            kernels.VectorWidth,
            out var buffer,
            into);
        var zeros = Math.Max(geometry.InputChannels, matrices[0].PanelWidth);
        var packing = new Packing(kernels, form, matrices, weights, scale, isTurned);
        return new ConvolutionWeights(packing, matrices, buffer, geometry.Groups, bias, zeros);
    }

    private sealed class Packing(
        KernelSet kernels, WinogradForm form, PackedMatrix[] matrices, float[] weights, float[] scale, bool isTurned) : IPacking
    {
        private const int Block = 4;
        private const int MostTaps = 25;

        private readonly WinogradTransforms _transforms = kernels.Winograd(form.Y, form.X);

        public int Tasks => matrices.Length / form.Matrices * matrices[0].Panels;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(object state, int phase, int task, int worker)
        {
            var lanes = kernels.VectorWidth;
            var taps = stackalloc float[(Block * MostTaps * lanes) + 16];
            var components = stackalloc float[(2 * Block * form.Matrices * lanes) + 16];
            int group = task / matrices[0].Panels, panel = task % matrices[0].Panels;
            var own = matrices.AsSpan(group * form.Matrices, form.Matrices);
            foreach (var matrix in own)
                matrix.Populate(panel);
            fixed (float* source = weights, factors = scale)
            {
                nint first = (nint)group * matrices[0].Columns, filter = (nint)matrices[0].Depth * form.Taps;
                var groupFactors = factors is null ? null : factors + first;
                for (var c = 0; c < matrices[0].Depth; c += Block)
                {
                    Transform(
                        own, source + (first * filter), groupFactors, panel, c, Align(taps), Align(components));
                }
            }
        }

        /// <summary>Fills some rows of a panel of every matrix of a group.</summary>
        /// <remarks>
        /// The filters of a few input channels at a time: they lie together in the source, and their components in the matrices.
        /// </remarks>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Transform(
            ReadOnlySpan<PackedMatrix> own, float* source, float* factors, int panel, int channel, float* taps, float* components)
        {
            var shape = own[0];
            int lanes = kernels.VectorWidth, vectors = shape.PanelVectors(panel), set = own.Length * lanes;
            var channels = Math.Min(Block, shape.Depth - channel);
            for (var v = 0; v < vectors; v++)
            {
                Gather(source, factors, taps, (panel * shape.PanelWidth) + (v * lanes), channel, channels);
                for (var i = 0; i < channels; i++)
                    _transforms.Filter(taps + (i * form.Taps * lanes), components + (((i * vectors) + v) * set));
            }

            for (var i = 0; i < own.Length; i++)
            {
                var target = own[i].Panel(panel) + ((long)channel * vectors * lanes);
                for (var part = 0; part < channels * vectors; part++)
                    Copy(components + (part * set) + (i * lanes), target + (part * lanes), lanes);
            }
        }

        /// <summary>A vector for each weight of some input channels, with an output channel in each lane; zeros past the
        /// last.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gather(float* source, float* factors, float* taps, int first, int channel, int channels)
        {
            int lanes = kernels.VectorWidth, count = Math.Min(lanes, matrices[0].Columns - first);
            factors = factors is null ? null : factors + first;
            if (!isTurned)
            {
                var stride = (nint)matrices[0].Depth * form.Taps;
                var filters = source + (first * stride) + ((nint)channel * form.Taps);
                Gather(filters, stride, factors, count, channels * form.Taps, taps, lanes);
                return;
            }

            for (var i = 0; i < channels; i++)
            {
                var filter = source + ((((nint)(channel + i) * matrices[0].Columns) + first) * form.Taps);
                Gather(filter, form.Taps, factors, count, form.Taps, taps + ((((i + 1) * form.Taps) - 1) * lanes), -lanes);
            }
        }

        /// <summary>Some values of some filters: a vector for each value, with a filter in each lane.</summary>
        /// <param name="filters">The first filter.</param>
        /// <param name="stride">Floats from filter to filter.</param>
        /// <param name="factors">One for each filter; null: ones.</param>
        /// <param name="count">Filters; the other lanes become zeros.</param>
        /// <param name="values">Values of each.</param>
        /// <param name="target">The vector of the first values.</param>
        /// <param name="step">Floats from one vector to the next.</param>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gather(float* filters, nint stride, float* factors, int count, int values, float* target, nint step)
        {
            Transposition.Of(filters, stride, count, values, target, step, factors);
            for (var i = 0; i < values && count < kernels.VectorWidth; i++)
                new Span<float>(target + (i * step) + count, kernels.VectorWidth - count).Clear();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Copy(float* from, float* to, int lanes)
        {
            if (lanes == Vector512<float>.Count)
            {
                Vector512.Load(from).Store(to);
            }
            else if (lanes == Vector256<float>.Count)
            {
                Vector256.Load(from).Store(to);
            }
            else
            {
                for (var i = 0; i < lanes; i++)
                    to[i] = from[i];
            }
        }

        private static float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~63);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Simd;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Transforms filters into one packed matrix (input channels x output channels) for each component.</summary>
internal static unsafe class WinogradWeights
{
    /// <param name="kernels">Whose vector width to pack for.</param>
    /// <param name="form">The algorithm.</param>
    /// <param name="geometry">Sizes; one group.</param>
    /// <param name="weights">Output channel, input channel, row, column.</param>
    /// <param name="bias">One value per output channel; empty: zeros.</param>
    /// <param name="scale">One factor per output channel; empty: ones.</param>
    /// <param name="pool">Who does the work.</param>
    public static ConvolutionWeights Pack(
        KernelSet kernels,
        WinogradForm form,
        ConvolutionGeometry geometry,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> scale,
        WorkerPool pool)
    {
        PackedMatrix[] matrices = PackedMatrix.Create(
            form.Matrices,
            geometry.InputChannels,
            geometry.OutputChannels,
            kernels.VectorWidth,
            out AlignedBuffer buffer);
        fixed (float* source = weights, factors = scale)
        {
            var work = new Packing(kernels, form, matrices, source, factors);
            pool.Run(work, work, 0, matrices[0].Panels);
        }

        int zeros = Math.Max(geometry.InputChannels, matrices[0].PanelWidth);
        return new ConvolutionWeights(matrices, buffer, 1, bias, zeros);
    }

    private sealed class Packing(KernelSet kernels, WinogradForm form, PackedMatrix[] matrices, float* source, float* scale)
        : IParallelWork
    {
        private const int Block = 4;
        private const int MostTaps = 25;

        private readonly WinogradTransforms _transforms = kernels.Winograd(form);

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(object state, int phase, int task, int worker)
        {
            PackedMatrix shape = matrices[0];
            int lanes = kernels.VectorWidth, vectors = shape.PanelVectors(task), width = vectors * lanes, set = matrices.Length * lanes;
            float* taps = stackalloc float[(Block * MostTaps * lanes) + 16];
            float* components = stackalloc float[(2 * Block * set) + 16];
            taps = Align(taps);
            components = Align(components);
            foreach (PackedMatrix matrix in matrices)
            {
                matrix.Populate(task);
            }

            for (int c = 0; c < shape.Depth; c += Block)
            {
                // The filters of a few input channels at a time: they lie together in the source, and their components too.
                int channels = Math.Min(Block, shape.Depth - c);
                for (int v = 0; v < vectors; v++)
                {
                    Gather(taps, (task * shape.PanelWidth) + (v * lanes), c, channels);
                    for (int i = 0; i < channels; i++)
                    {
                        _transforms.Filter(taps + (i * form.Taps * lanes), components + (((i * vectors) + v) * set));
                    }
                }

                for (int i = 0; i < matrices.Length; i++)
                {
                    float* target = matrices[i].Panel(task) + ((long)c * width);
                    for (int part = 0; part < channels * vectors; part++)
                    {
                        Copy(components + (part * set) + (i * lanes), target + (part * lanes), lanes);
                    }
                }
            }
        }

        /// <summary>A vector for each weight of some input channels, with an output channel in each lane; zeros past the last.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gather(float* taps, int first, int channel, int channels)
        {
            int lanes = kernels.VectorWidth, count = Math.Min(lanes, matrices[0].Columns - first), weights = channels * form.Taps;
            nint stride = (nint)matrices[0].Depth * form.Taps;
            float* filter = source + (first * stride) + ((nint)channel * form.Taps);
            float* factors = scale is null ? null : scale + first;
            int whole = Transposition.IsAccelerated ? weights & ~3 : 0, fours = whole == 0 ? 0 : count & ~3;
            for (int lane = 0; lane < fours; lane += 4)
            {
                for (int i = 0; i < whole; i += 4)
                {
                    Transposition.Of4X4(
                        filter + (lane * stride) + i, stride, taps + (i * lanes) + lane, lanes, factors is null ? null : factors + lane);
                }
            }

            for (int lane = 0; lane < lanes; lane++)
            {
                for (int i = lane < fours ? whole : 0; i < weights; i++)
                {
                    taps[(i * lanes) + lane] = lane < count ? filter[(lane * stride) + i] * (factors is null ? 1 : factors[lane]) : 0;
                }
            }
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
                for (int i = 0; i < lanes; i++)
                {
                    to[i] = from[i];
                }
            }
        }

        private static float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~63);
    }
}

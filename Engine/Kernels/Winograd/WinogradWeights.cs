using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Memory;
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
        private readonly WinogradTransforms _transforms = kernels.Winograd(form);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(object state, int phase, int task, int worker)
        {
            PackedMatrix shape = matrices[0];
            int weights = form.Taps;
            int lanes = kernels.VectorWidth, width = shape.PanelVectors(task) * lanes;
            float* taps = stackalloc float[(25 * 16) + 16];
            float* components = stackalloc float[(36 * 16) + 16];
            taps = Align(taps);
            components = Align(components);
            for (int v = 0; v < width; v += lanes)
            {
                int first = (task * shape.PanelWidth) + v, count = Math.Min(lanes, shape.Columns - first);
                new Span<float>(taps, weights * lanes).Clear();
                for (int c = 0; c < shape.Depth; c++)
                {
                    for (int lane = 0; lane < count; lane++)
                    {
                        float* filter = source + ((((long)(first + lane) * shape.Depth) + c) * weights);
                        float factor = scale is null ? 1 : scale[first + lane];
                        for (int t = 0; t < weights; t++)
                        {
                            taps[(t * lanes) + lane] = filter[t] * factor;
                        }
                    }

                    _transforms.Filter(taps, components);
                    for (int i = 0; i < matrices.Length; i++)
                    {
                        float* target = matrices[i].Panel(task) + ((long)c * width) + v;
                        new ReadOnlySpan<float>(components + (i * lanes), lanes).CopyTo(new Span<float>(target, lanes));
                    }
                }
            }
        }

        private static float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~63);
    }
}

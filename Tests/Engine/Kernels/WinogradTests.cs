using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class WinogradTests
{
    public static TheoryData<int, int> Widths
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (KernelSet kernels in KernelSet.Supported())
            {
                data.Add(kernels.VectorWidth, 2);
                data.Add(kernels.VectorWidth, 4);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void MatchesTheNaiveConvolution(int width, int outputs)
    {
        KernelSet kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        for (int seed = 0; seed < ConvolutionSweep.Size; seed++)
        {
            using var pool = new WorkerPool(1 + (seed % 2));
            var problem = new ConvolutionCase(ConvolutionSweep.ThreeByThree(seed), seed, residual: seed % 2 == 0);
            ConvolutionEpilogue epilogue = seed % 3 == 0 ? ConvolutionEpilogue.Relu : ConvolutionEpilogue.None;
            problem.AssertMatches(Run(kernels, outputs, problem, pool, epilogue), epilogue, 4e-6);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void GivesTheSameBitsForAnyThreadCount(int outputs)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var problem = new ConvolutionCase(ConvolutionSweep.ThreeByThree(seed) with { Batch = 7 }, seed, residual: false);
            float[]? first = null;
            foreach (int threads in new[] { 1, 2, 3 })
            {
                using var pool = new WorkerPool(threads);
                float[] result = Run(KernelSet.Best, outputs, problem, pool, ConvolutionEpilogue.None);
                first ??= result;
                Assert.Equal(first, result);
            }
        }
    }

    private static float[] Run(
        KernelSet kernels, int outputs, ConvolutionCase problem, WorkerPool pool, ConvolutionEpilogue epilogue)
    {
        using ConvolutionWeights weights =
            WinogradWeights.Pack(kernels, outputs, problem.Geometry, problem.Weights, problem.Bias, problem.Scale, pool);
        return problem.Run(new WinogradConvolution(kernels, outputs, problem.Geometry, weights, epilogue, pool.Threads), pool);
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class ImplicitGemmTests
{
    public static TheoryData<int> Widths => [.. KernelSet.Supported().Select(k => k.VectorWidth)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void MatchesTheNaiveConvolution(int width)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        using var pool = new WorkerPool(2);
        for (var seed = 0; seed < ConvolutionSweep.Size; seed++)
        {
            var geometry = ConvolutionSweep.General(seed);
            Check(kernels, geometry, seed, pool);
        }
    }

    [Theory]
    [InlineData(1, 1, 1024, 2048, 64)]
    [InlineData(7, 7, 512, 96, 3)]
    [InlineData(5, 4, 800, 40, 1)]
    public void MatchesWhereDepthIsCutIntoBlocks(int height, int width, int inputs, int outputs, int batch)
    {
        using var pool = new WorkerPool(3);
        var geometry = new ConvolutionGeometry
        {
            Batch = batch,
            InputChannels = inputs,
            OutputChannels = outputs,
            InputHeight = height,
            InputWidth = width,
            OutputHeight = height,
            OutputWidth = width,
            ResidualPixelStride = outputs,
        };
        Check(KernelSet.Best, geometry, 1, pool);
    }

    [Fact]
    public void GivesTheSameBitsForAnyThreadCountAndBatch()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var geometry = ConvolutionSweep.General(seed) with { Batch = 3 };
            var problem = new ConvolutionCase(geometry, seed, residual: false);
            float[]? first = null;
            foreach (var threads in new[] { 1, 2, 3 })
            {
                using var pool = new WorkerPool(threads);
                var result = Run(KernelSet.Best, problem, pool, ConvolutionEpilogue.None);
                first ??= result;
                Assert.Equal(first, result);
            }
        }
    }

    private static void Check(KernelSet kernels, ConvolutionGeometry geometry, int seed, WorkerPool pool)
    {
        var problem = new ConvolutionCase(geometry, seed, residual: seed % 2 == 0);
        ConvolutionEpilogue[] epilogues = [ConvolutionEpilogue.Relu, new(-0.5f, 1), ConvolutionEpilogue.None];
        var epilogue = epilogues[seed % 3];
        problem.AssertMatches(Run(kernels, problem, pool, epilogue), epilogue, 2e-6);
    }

    private static float[] Run(KernelSet kernels, ConvolutionCase problem, WorkerPool pool, ConvolutionEpilogue epilogue)
    {
        using var weights =
            ConvolutionWeights.Pack(kernels, problem.Geometry, problem.Weights, problem.Bias, problem.Scale);
        ConvolutionWeights.Fill([weights], pool);
        return problem.Run(new ImplicitGemm(kernels, problem.Geometry, weights, epilogue, pool.Threads), pool);
    }
}

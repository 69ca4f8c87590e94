using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class DepthwiseTests
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
            var problem = new ConvolutionCase(ConvolutionSweep.Depthwise(seed), seed, residual: seed % 4 == 0);
            var g = problem.Geometry;
            Assert.True(DepthwiseConvolution.CanDo(g));
            var epilogue = seed % 3 == 0 ? new(0, 6) : ConvolutionEpilogue.None;
            var taps = g.KernelHeight * g.KernelWidth;
            using var weights = new DepthwiseWeights(g.InputChannels, taps, problem.Weights, problem.Bias, problem.Scale);
            var result = problem.Run(new DepthwiseConvolution(kernels, g, weights, epilogue, pool.Threads), pool);
            problem.AssertMatches(result, epilogue, 2e-6);
        }
    }
}

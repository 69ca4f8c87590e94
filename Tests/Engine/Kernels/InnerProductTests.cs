using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.InnerProduct;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class InnerProductTests
{
    public static TheoryData<int> Widths => [.. KernelSet.Supported().Select(k => k.VectorWidth)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void MatchesTheNaiveConvolution(int width)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        for (var seed = 0; seed < ConvolutionSweep.Size; seed++)
        {
            using var pool = new WorkerPool(1 + (seed % 3));
            var problem = Case(new Random(seed), seed);
            ConvolutionEpilogue[] epilogues = [ConvolutionEpilogue.Relu, new(-0.5f, 1), ConvolutionEpilogue.None];
            var epilogue = epilogues[seed % 3];
            problem.AssertMatches(Run(kernels, problem, pool, epilogue), epilogue, 2e-6);
        }
    }

    [Fact]
    public void GivesTheSameBitsForAnyThreadCountAndBatch()
    {
        for (var seed = 0; seed < 20; seed += 2)
        {
            var problem = Case(new Random(seed), seed);
            using var one = new WorkerPool(1);
            var all = Run(KernelSet.Best, problem, one, ConvolutionEpilogue.None);
            foreach (var threads in new[] { 2, 3 })
            {
                using var pool = new WorkerPool(threads);
                Assert.Equal(all, Run(KernelSet.Best, problem, pool, ConvolutionEpilogue.None));
            }

            var g = problem.Geometry;
            var single = new ConvolutionCase(g with { Batch = 1 }, seed, residual: false);
            problem.Weights.CopyTo(single.Weights, 0);
            problem.Bias.CopyTo(single.Bias, 0);
            for (var row = 0; row < g.Batch; row++)
            {
                problem.Input.AsSpan(row * g.InputStride, g.InputStride).CopyTo(single.Input);
                var alone = Run(KernelSet.Best, single, one, ConvolutionEpilogue.None);
                Assert.Equal(all[(row * g.OutputStride)..((row + 1) * g.OutputStride)], alone);
            }
        }
    }

    // Even seeds: no scale.
    private static ConvolutionCase Case(Random random, int seed)
    {
        var inputs = random.Next(3) switch { 0 => random.Next(1, 40), 1 => random.Next(1, 20) * 16, _ => random.Next(500, 1300) };
        return new ConvolutionCase(
            new ConvolutionGeometry
            {
                Batch = random.Next(3) switch { 0 => 1, 1 => random.Next(2, 17), _ => random.Next(40, 60) },
                InputChannels = inputs,
                InputHeight = 1,
                InputWidth = 1,
                OutputChannels = random.Next(1, 90),
                OutputHeight = 1,
                OutputWidth = 1,
            },
            seed & ~1,
            residual: false);
    }

    private static float[] Run(KernelSet kernels, ConvolutionCase problem, WorkerPool pool, ConvolutionEpilogue epilogue) =>
        problem.Run(
        new InnerProducts(kernels, problem.Geometry, problem.Weights, problem.Bias, epilogue, pool.Threads), pool);
}

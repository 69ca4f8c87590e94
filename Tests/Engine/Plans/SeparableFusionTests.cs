using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

/// <summary>Depthwise convolutions that are done with their pointwise neighbours, a few rows at a time.</summary>
public sealed class SeparableFusionTests
{
    private const int Channels = 4;
    private const int Wide = 24;

    // Some rows stay in the one, all maps in the other.
    private static readonly CacheSizes s_small = new(16 << 10, 4 << 20);
    private static readonly CacheSizes s_large = new(1 << 30, 1 << 30);

    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(5, 1, 1, 2)]
    [InlineData(3, 1, 2, 2)]
    [InlineData(3, 3, 1, 3)]
    [InlineData(2, 5, 1, 0)]
    [InlineData(7, 1, 3, 4)]
    public void The_bits_are_those_of_one_layer_after_the_other(int kernel, int stride, int dilation, int pad)
    {
        foreach (var expands in (bool[])[true, false])
        {
            var graph = Block(expands, kernel, stride, dilation, pad);
            foreach (var batch in (int[])[1, 3])
            {
                var input = SmallNetwork.Input(3, batch, Channels, 23, 17);
                foreach (var (few, all) in KernelSet.Supported(s_small).Zip(KernelSet.Supported(s_large)))
                {
                    using var plain = new ManagedSession(graph, 1, all);
                    Assert.Empty(plain.PlanFor([input]).Steps.OfType<SeparableStep>());
                    var expected = First(plain, input);
                    foreach (var threads in (int[])[1, 3])
                    {
                        using var session = new ManagedSession(graph, threads, few);
                        Assert.True(!expands || session.PlanFor([input]).Steps.Any(HasSeparable));
                        Assert.Equal(expected, First(session, input));
                    }
                }
            }
        }
    }

    [Fact]
    public void What_is_read_elsewhere_or_larger_than_the_cache_by_its_weights_stays_a_layer()
    {
        SmallNetwork n = new(5, Channels, 23, 17);
        var wide = n.Conv("x", Channels, Wide, 1);
        var deep = n.Conv(wide, Wide, Wide, 3, group: Wide);
        Assert.Equal("Conv, Conv", Separable(n.Build(n.Conv(deep, Wide, Channels, 1), wide)));
        n = new SmallNetwork(5, Channels, 23, 17);
        deep = n.Conv(n.Conv("x", Channels, Wide, 1), Wide, Wide, 3, group: Wide);
        Assert.Null(Separable(n.Build(n.Conv(deep, Wide, Channels, 1), deep)));
        n = new SmallNetwork(5, Channels, 23, 17);
        deep = n.Conv(n.Conv("x", Channels, Wide, 1), Wide, Wide, 3, group: Wide);
        Assert.Null(Separable(n.Build(n.Conv(deep, Wide, 64, 1))));
    }

    [Fact]
    public void A_whole_network_has_the_bits_that_it_had()
    {
        var graph = GraphOptimizer.Optimize(ArchitectureCatalog.ByName("mobilenetv2")
            .Build(new ArchitectureOptions { InputSize = 64, Classes = 5 }));
        var images = SmallNetwork.Input(4, 5, 3, 64, 64);
        using var plain = new ManagedSession(graph, 1, KernelSet.Supported(s_large)[0]);
        foreach (var threads in (int[])[1, 2])
        {
            using var session = new ManagedSession(graph, threads, KernelSet.Supported(new CacheSizes(64 << 10, 4 << 20))[0],
                new CacheModel(1 << 18, 0));
            var steps = session.PlanFor([images]).Steps;
            Assert.Contains(steps, s => s is SubBatchStep && HasSeparable(s));
            Assert.Equal(First(plain, images), First(session, images));
        }
    }

    private static Graph Block(bool expands, int kernel, int stride, int dilation, int pad)
    {
        SmallNetwork n = new(7, Channels, 23, 17);
        var wide = expands ? n.Conv("x", Channels, Wide, 1, activation: "clip") : n.Conv("x", Channels, Wide, 3);
        var deep = n.Conv(wide, Wide, Wide, kernel, stride, Wide, dilation, pad, activation: "clip");
        var keepsSize = stride == 1 && 2 * pad == (kernel - 1) * dilation;
        return n.Build(n.Conv(deep, Wide, Channels, 1, residual: keepsSize ? "x" : null));
    }

    private static bool HasSeparable(PlanStep step) =>
        step is SeparableStep || (step is SubBatchStep parts && parts.Steps.Any(HasSeparable));

    // The operations of what was joined; null: nothing was.
    private static string? Separable(Graph graph)
    {
        using var session = new ManagedSession(graph, 1, KernelSet.Supported(s_small)[0]);
        return session.PlanFor([SmallNetwork.Input(3, 1, Channels, 23, 17)]).Steps.OfType<SeparableStep>().SingleOrDefault()
            ?.Origin!.Operation;
    }

    private static float[] First(ManagedSession session, Tensor input) =>
        [.. session.Run(new Dictionary<string, Tensor> { [session.Inputs[0].Name] = input })[session.Outputs[0].Name].Floats];
}

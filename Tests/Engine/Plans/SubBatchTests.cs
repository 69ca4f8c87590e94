using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

/// <summary>Plans that take a few images of the batch at a time through several layers.</summary>
public sealed class SubBatchTests
{
    // An image's maps stay, a batch's do not, and weights cost nothing: one image at a time, wherever that can be.
    private static readonly CacheModel s_small = new(1 << 18, 0);
    private static readonly CacheModel s_medium = new(2 << 20, 0);

    // Everything stays: layer by layer.
    private static readonly CacheModel s_endless = new(long.MaxValue / 2, 1);

    public static TheoryData<string> All => [.. Networks.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void GiveTheBitsOfPlansThatGoLayerByLayer(string network)
    {
        var graph = GraphOptimizer.Optimize(Networks.Build(network));
        var input = SmallNetwork.Input(3, 7, Networks.Channels, Networks.Height, Networks.Width);
        var feed = new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = input };
        using var plain = new ManagedSession(graph, 2, null, s_endless);
        var expected = plain.Run(feed);
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var session = new ManagedSession(graph, threads, null, s_small);
            if (network is "residual" or "inception" or "dense" or "mobile")
                Assert.Contains(session.PlanFor([input]).Steps, s => s is SubBatchStep);

            var given = session.Run(feed);
            foreach (var output in graph.Outputs)
            {
                Assert.Equal(expected[output].Dimensions.ToArray(), given[output].Dimensions.ToArray());
                Assert.Equal(expected[output].Floats.ToArray(), given[output].Floats.ToArray());
            }
        }
    }

    [Theory]
    [InlineData("resnet50", 8, 2)]
    [InlineData("resnet50", 5, 2)]
    [InlineData("densenet121", 5, 3)]
    [InlineData("googlenet", 6, 1)]
    [InlineData("mobilenetv2", 7, 2)]
    public void GiveTheBitsOfSingleImages(string network, int batch, int threads)
    {
        var graph = GraphOptimizer.Optimize(
            ArchitectureCatalog.ByName(network).Build(new ArchitectureOptions { InputSize = 64, Classes = 5 })
                .WithOutputs("logits"));
        var images = SmallNetwork.Input(4, batch, 3, 64, 64);
        using var many = new ManagedSession(graph, threads, null, s_medium);
        using var one = new ManagedSession(graph, 1, null, s_medium);
        Assert.Contains(many.PlanFor([images]).Steps, s => s is SubBatchStep);
        var together = Logits(many, images);
        for (var image = 0; image < batch; image++)
        {
            var alone = Tensor.Of(images.Floats.Slice(image * 3 * 64 * 64, 3 * 64 * 64).ToArray(), 1, 3, 64, 64);
            Assert.Equal(Logits(one, alone), together[(image * 5)..((image + 1) * 5)]);
        }
    }

    [Fact]
    public void AreChosenWhereTheMapsOfTheBatchExceedTheCache()
    {
        var graph = GraphOptimizer.Optimize(ArchitectureCatalog.ByName("resnet18")
            .Build(new ArchitectureOptions { InputSize = 64, Classes = 5 }));
        Tensor[] images = [SmallNetwork.Input(4, 8, 3, 64, 64)];
        using var session = new ManagedSession(graph, 1, null, new CacheModel(1 << 20, 0.5));
        var plan = session.PlanFor(images);
        SubBatchStep[] parts = [.. plan.Steps.OfType<SubBatchStep>()];
        Assert.NotEmpty(parts);
        Assert.Same(plan.Steps[0], parts[0]);
        Assert.NotSame(plan.Steps[^1], parts[^1]);
        using var plain = new ManagedSession(graph, 1, null, s_endless);
        var whole = plain.PlanFor(images);
        Assert.Empty(whole.Steps.OfType<SubBatchStep>());
        Assert.True(plan.ArenaFloats < whole.ArenaFloats);
        Assert.Empty(session.PlanFor([SmallNetwork.Input(4, 1, 3, 64, 64)]).Steps.OfType<SubBatchStep>());
    }

    [Fact]
    public void AreSafeToRunFromManyThreads()
    {
        var graph = GraphOptimizer.Optimize(Networks.Build("inception"));
        using var session = new ManagedSession(graph, 2, null, s_small);
        Tensor[] inputs = [.. Enumerable.Range(1, 6)
            .Select(n => SmallNetwork.Input(n, 4 + n, Networks.Channels, Networks.Height, Networks.Width))];
        float[][] expected = [.. inputs.Select(i => First(session, i))];
        Parallel.For(0, 36, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i => Assert.Equal(expected[i % 6], First(session, inputs[i % 6])));
    }

    [Fact]
    public void AreNotMadeOfANetworkThatMixesImages()
    {
        var node = new Node("Softmax", ["x"], ["y"], NodeAttributes.Of(("axis", 0)), opset: 13);
        var graph = new Graph("mixing", [new ValueInfo("x", ElementType.Float32, [-1, 3])], [node],
            new Dictionary<string, Tensor>(), ["y"]);
        using var session = new ManagedSession(graph, 2, null, s_small);
        using var reference = new ReferenceRuntime().CreateSession(graph);
        var x = Tensor.Of([.. SmallNetwork.Input(5, 1, 1, 8, 3).Floats], 8, 3);
        var expected = reference.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Floats.ToArray();
        Assert.True(expected.Zip(First(session, x), (e, a) => Math.Abs(e - a)).Max() < 1e-6);
        Assert.Equal(1, Enumerable.Range(0, 8).Sum(row => expected[row * 3]), 5);
    }

    [Fact]
    public void AreNotMadeOfANetworkWhoseImagesMeetInAValueWithoutABatch()
    {
        Node[] nodes = [new("ReduceMax", ["x"], ["m"], NodeAttributes.Of(("axes", new[] { 0 }))), new("Sub", ["x", "m"], ["y"])];
        var graph = new Graph("mixing", [new ValueInfo("x", ElementType.Float32, [-1, 3])], nodes,
            new Dictionary<string, Tensor>(), ["y"]);
        using var session = new ManagedSession(graph, 2, null, s_small);
        using var reference = new ReferenceRuntime().CreateSession(graph);
        var x = Tensor.Of([.. SmallNetwork.Input(5, 1, 1, 8, 3).Floats], 8, 3);
        Assert.Equal(reference.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Floats.ToArray(), First(session, x));
    }

    [Fact]
    public void AreTimedLayerByLayer()
    {
        var graph = GraphOptimizer.Optimize(Networks.Build("inception"));
        var input = SmallNetwork.Input(6, 7, Networks.Channels, Networks.Height, Networks.Width);
        var feed = new Dictionary<string, Tensor> { ["x"] = input };
        using var parts = new ManagedSession(graph, 2, null, s_small);
        using var whole = new ManagedSession(graph, 2, null, s_endless);
        var given = parts.Profile(feed, 1);
        Assert.All(given, step => Assert.True(step.Milliseconds >= 0));
        Assert.Contains(given, step => step.Milliseconds > 0);
        Assert.Equal(whole.Profile(feed, 1).Sum(s => s.MultiplyAdds), given.Sum(s => s.MultiplyAdds));
    }

    private static float[] First(ManagedSession session, Tensor input) =>
        session.Run(new Dictionary<string, Tensor> { [session.Inputs[0].Name] = input })[session.Outputs[0].Name]
            .Floats.ToArray();

    private static float[] Logits(ManagedSession session, Tensor images) =>
        session.Run(new Dictionary<string, Tensor> { [session.Inputs[0].Name] = images })["logits"].Floats.ToArray();
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

public sealed class ManagedRuntimeTests
{
    public static TheoryData<string> All => [.. Networks.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void GivesWhatThePlainDefinitionsGive(string network)
    {
        var graph = Networks.Build(network);
        var input = SmallNetwork.Input(1, 2, Networks.Channels, Networks.Height, Networks.Width);
        using var reference = new ReferenceRuntime().CreateSession(graph);
        var expected = reference.Run(Feed(graph, input));
        foreach (var kernels in KernelSet.Supported())
        {
            using var session = new ManagedSession(graph, 2, kernels);
            AssertClose(expected, session.Run(Feed(graph, input)), $"{network}, {kernels}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void GivesTheSameBitsForAnyThreadCountAndBatch(string network)
    {
        var graph = Networks.Build(network);
        var size = Networks.Channels * Networks.Height * Networks.Width;
        var all = SmallNetwork.Input(2, 7, Networks.Channels, Networks.Height, Networks.Width);
        IReadOnlyDictionary<string, Tensor>? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = threads });
            var whole = session.Run(Feed(graph, all));
            expected ??= whole;
            foreach (var output in graph.Outputs)
                Assert.Equal(expected[output].Floats.ToArray(), whole[output].Floats.ToArray());

            foreach ((var first, var count) in new[] { (0, 1), (6, 1), (2, 3) })
            {
                var values = all.Floats.Slice(first * size, count * size).ToArray();
                var some = Tensor.Of(values, count, Networks.Channels, Networks.Height, Networks.Width);
                var part = session.Run(Feed(graph, some));
                foreach (var output in graph.Outputs)
                {
                    // A transposed value has the batch last: its rows are not contiguous.
                    if (part[output].Dimensions[0] == count)
                    {
                        var row = whole[output].Length / 7;
                        Assert.Equal(
                            whole[output].Floats.Slice(first * row, count * row).ToArray(), part[output].Floats.ToArray());
                    }
                }
            }
        }
    }

    [Fact]
    public void IsSafeToRunFromManyThreadsAndForManyShapes()
    {
        var graph = Networks.Build("inception");
        using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = 2 });
        Tensor[] inputs = [.. Enumerable.Range(1, 9).Select(n => Images(n, n))];
        float[][] expected = [.. inputs.Select(i => session.Run(Feed(graph, i))[graph.Outputs[0]].Floats.ToArray())];
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            var result = session.Run(Feed(graph, inputs[i % 9]))[graph.Outputs[0]].Floats.ToArray();
            Assert.Equal(expected[i % 9], result);
        });
    }

    [Fact]
    public void AllocatesLittleMoreThanItsOutputsInARun()
    {
        var graph = Networks.Build("residual").WithOutputs(Networks.Build("residual").Outputs[0]);
        using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = 2 });
        IReadOnlyDictionary<string, Tensor> feed = Feed(graph, Images(1, 1));
        session.Run(feed);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            session.Run(feed);

        var perRun = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        Assert.InRange(perRun, 1, 2048);
    }

    [Fact]
    public void FreesEverythingWhenDisposed()
    {
        var graph = Networks.Build("residual");
        IReadOnlyDictionary<string, Tensor> feed = Feed(graph, Images(1, 8));
        long held = 0;
        for (var i = 0; i < 20; i++)
        {
            using var session = new ManagedSession(graph, 2);
            session.Run(feed);
            session.Run(Feed(graph, Images(1, 3)));
            held = Math.Max(held, session.HeldBytes);
            session.Dispose();
            Assert.Equal(0, session.HeldBytes);
            Assert.Throws<ObjectDisposedException>(() => session.Run(feed));
        }

        Assert.True(held > 0);
    }

    [Fact]
    public void ChangesNeitherItsInputsNorWhatItGaveBefore()
    {
        var graph = Networks.Build("several outputs");
        using var session = new ManagedRuntime().CreateSession(graph);
        var input = SmallNetwork.Input(1, 1, Networks.Channels, Networks.Height, Networks.Width);
        var copy = input.Floats.ToArray();
        var first = session.Run(Feed(graph, input));
        float[][] kept = [.. graph.Outputs.Select(o => first[o].Floats.ToArray())];
        session.Run(Feed(graph, Images(2, 1)));
        Assert.Equal(copy, input.Floats.ToArray());
        Assert.Equal(kept, graph.Outputs.Select(o => first[o].Floats.ToArray()));
        first[graph.Outputs[1]].Floats.Clear();
        Assert.Equal(copy, input.Floats.ToArray());
    }

    private static Tensor Images(int seed, int count) =>
        SmallNetwork.Input(seed, count, Networks.Channels, Networks.Height, Networks.Width);

    private static Dictionary<string, Tensor> Feed(Graph graph, Tensor input) => new() { [graph.Inputs[0].Name] = input };

    private static void AssertClose(
        IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual, string what)
    {
        foreach ((var name, var tensor) in expected)
        {
            Assert.Equal(tensor.Dimensions.ToArray(), actual[name].Dimensions.ToArray());
            ReadOnlySpan<float> right = tensor.Floats, given = actual[name].Floats;
            var scale = 1e-6f;
            foreach (var value in right)
                scale = Math.Max(scale, Math.Abs(value));

            for (var i = 0; i < right.Length; i++)
            {
                if (!(Math.Abs(right[i] - given[i]) <= 1e-5f * scale))
                    Assert.Fail($"{what}: element {i} of {name} is {given[i]} where {right[i]} is right");
            }
        }
    }
}

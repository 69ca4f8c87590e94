using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

public class RowwiseTests
{
    [Theory]
    [InlineData(8, 2)]
    [InlineData(9, 3)]
    [InlineData(13, 3)]
    public void A_batch_shared_out_by_rows_gives_the_bits_of_single_rows(int batch, int threads)
    {
        Graph graph = ArchitectureCatalog.ByName("squeezenet1.1").Build(new ArchitectureOptions { InputSize = 48, Classes = 5 });
        using ISession many = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = threads });
        using ISession one = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = 1 });
        float[] pixels = Random(batch * 3 * 48 * 48);
        float[] together = Run(many, "input", Tensor.Of(pixels, batch, 3, 48, 48), "logits");
        for (int row = 0; row < batch; row++)
        {
            float[] alone = Run(one, "input", Tensor.Of(pixels[(row * 3 * 48 * 48)..((row + 1) * 3 * 48 * 48)], 1, 3, 48, 48), "logits");
            Assert.Equal(alone, together[(row * 5)..((row + 1) * 5)]);
        }
    }

    [Fact]
    public void A_network_whose_rows_depend_on_each_other_is_run_as_a_whole()
    {
        var node = new Node("Softmax", ["x"], ["y"], NodeAttributes.Of(("axis", 0)), opset: 13);
        var graph = new Graph("mixing", [new ValueInfo("x", ElementType.Float32, [-1, 3])], [node], new Dictionary<string, Tensor>(), ["y"]);
        using ISession managed = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = 2 });
        using ISession reference = new ReferenceRuntime().CreateSession(graph);
        Tensor x = Tensor.Of(Random(24), 8, 3);
        float[] expected = Run(reference, "x", x, "y");
        Assert.True(expected.Zip(Run(managed, "x", x, "y"), (e, a) => Math.Abs(e - a)).Max() < 1e-6);
        Assert.Equal(1, expected[0] + expected[3] + expected[6] + expected[9] + expected[12] + expected[15] + expected[18] + expected[21], 5);
    }

    [Fact]
    public void Rows_that_meet_in_a_value_without_a_batch_are_run_as_a_whole()
    {
        Node[] nodes = [new("ReduceMax", ["x"], ["m"], NodeAttributes.Of(("axes", new[] { 0 }))), new("Sub", ["x", "m"], ["y"])];
        var graph = new Graph("mixing", [new ValueInfo("x", ElementType.Float32, [-1, 3])], nodes, new Dictionary<string, Tensor>(), ["y"]);
        using ISession managed = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = 2 });
        using ISession reference = new ReferenceRuntime().CreateSession(graph);
        Tensor x = Tensor.Of(Random(24), 8, 3);
        Assert.Equal(Run(reference, "x", x, "y"), Run(managed, "x", x, "y"));
    }

    private static float[] Run(ISession session, string input, Tensor value, string output) =>
        session.Run(new Dictionary<string, Tensor> { [input] = value })[output].Floats.ToArray();

    private static float[] Random(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}

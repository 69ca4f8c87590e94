using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Tests.Ops;
using MlPipeline.Engine.Tests.Plans;
using MlPipeline.Engine.Training;

namespace MlPipeline.Engine.Tests.Training;

/// <summary>Gradients of named values by named values, against the plain definitions.</summary>
public class GradientPlanTests
{
    private const float Tolerance = 2e-4f;

    [Fact]
    public void GivesWhatThePlainDefinitionsGiveForDrawnOperators()
    {
        var compared = 0;
        for (var seed = 0; seed < 280; seed++)
        {
            (var make, var inputs, var text) = RandomOperator.Draw(seed);
            Graph graph;
            try
            {
                graph = WithOneInput(make(), inputs);
            }
            catch (OnnxException)
            {
                continue;
            }

            var node = graph.Nodes[0];
            if (OpRegistry.Of(node).NeededByBackward(node) is null || inputs["x0"].Length == 0)
                continue;
            try
            {
                using var plan = new GradientPlan(graph, "y", ["x0"], threads: 1);
                Tensor Seed(Tensor y) => SmallNetwork.Input(seed, y.Dimensions.ToArray());
                var expected = PlainTraining.Gradients(graph, inputs["x0"], "y", Seed)["x0"];
                var result = plan.Run(inputs["x0"], Seed);
                TensorAssert.Close(expected, result.Gradients["x0"], Tolerance);
                TensorAssert.Close(OpRegistry.Of(node).Run(node, [.. node.Inputs.Select(i => i.Length == 0 ? null
                    : i == "x0" ? inputs["x0"] : graph.Constants[i])])[0], result.Values["y"], Tolerance);
                compared++;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail($"{text}: {error}");
            }
        }

        Assert.True(compared > 100, $"{compared} were compared");
    }

    [Fact]
    public void GivesTheGradientsOfAFeatureMapAndOfTheInput()
    {
        var n = new SmallNetwork(1, 3, 12, 12);
        var map = n.Add("Relu", [n.BatchNorm(n.Conv("x", 3, 20, 3), 20)]);
        var logits = n.Add("Gemm", [n.Add("Flatten", [n.Add("GlobalAveragePool", [map])]), n.Constant(1, 5, 20)], ("transB", 1));
        var graph = n.Build(n.Add("Softmax", [logits]));
        var input = SmallNetwork.Input(2, 2, 3, 12, 12);
        using var plan = new GradientPlan(graph, logits, [map, "x"], [map], threads: 2);
        static Tensor Seed(Tensor y)
        {
            var seed = Tensor.Zeros(ElementType.Float32, y.Dimensions.ToArray());
            (seed.Floats[1], seed.Floats[8]) = (1, 1);
            return seed;
        }

        var result = plan.Run(input, Seed);
        var expected = PlainTraining.Gradients(graph, input, logits, Seed);
        TensorAssert.Close(expected["x"], result.Gradients["x"], Tolerance);
        TensorAssert.Close(expected[map], result.Gradients[map], Tolerance);
        Assert.Equal(new[] { 2, 20, 12, 12 }, result.Values[map].Dimensions.ToArray());
        Assert.Equal(new[] { 2, 5 }, result.Values[logits].Dimensions.ToArray());
    }

    [Fact]
    public void ValuesThatAreGivenAreNotComputedAgain()
    {
        var n = new SmallNetwork(3, 4, 6, 6);
        var map = n.Add("Relu", [n.Conv("x", 4, 8, 3)]);
        var halved = n.Add("MaxPool", [map], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        var flat = n.Add("Flatten", [halved]);
        var first = n.Add("Relu", [n.Add("Gemm", [flat, n.Constant(.1f, 24, 72), n.Constant(.1f, 24)], ("transB", 1))]);
        var second = n.Add("MatMul", [n.Add("Dropout", [first]), n.Constant(.2f, 24, 5)]);
        var output = n.Add("Sigmoid", [second]);
        var graph = n.Build(output);
        var input = SmallNetwork.Input(2, 3, 4, 6, 6);
        var products = GradientPlan.ProductsOf(graph, output);
        Assert.Equal([first, second], products);
        using var plain = new GradientPlan(graph, output, [map], products, threads: 2);
        using var plan = new GradientPlan(graph, output, [map], threads: 2, given: products);
        Tensor Seed(Tensor y) => SmallNetwork.Input(5, y.Dimensions.ToArray());

        var whole = plain.Run(input, Seed);
        var given = plan.Run(input, whole.Values, Seed);
        Assert.Equal(whole.Gradients[map].Floats.ToArray(), given.Gradients[map].Floats.ToArray());
        Assert.Equal(whole.Values[output].Floats.ToArray(), given.Values[output].Floats.ToArray());

        // Nothing comes back through a layer that is said to have given nothing.
        var dead = new Dictionary<string, Tensor>(whole.Values) { [first] = Tensor.Zeros(ElementType.Float32, 3, 24) };
        Assert.All(plan.Run(input, dead, Seed).Gradients[map].Floats.ToArray(), g => Assert.Equal(0, g));
        Assert.Contains(first, Assert.Throws<ArgumentException>(() => plan.Run(input, Seed)).Message, StringComparison.Ordinal);
        dead[first] = Tensor.Zeros(ElementType.Float32, 2, 24);
        Assert.Throws<ArgumentException>(() => plan.Run(input, dead, Seed));
        Assert.Throws<ArgumentException>(() => new GradientPlan(graph, second, [map], given: [output]));
        Assert.Throws<ArgumentException>(() => GradientPlan.ProductsOf(graph, "nothing"));
    }

    [Fact]
    public void RefusesWhatHasNoBackwardPassByNode()
    {
        var graph = new Graph("net", [new ValueInfo("x", ElementType.Float32, [-1, 4])],
            [new Node("Floor", ["x"], ["f"], name: "rounding"), new Node("Relu", ["f"], ["y"])],
            new Dictionary<string, Tensor>(), ["y"]);
        var error = Assert.Throws<OnnxException>(() => new GradientPlan(graph, "y", ["x"]));
        Assert.Equal("rounding", error.Node);
        using var behind = new GradientPlan(graph, "y", ["f"]);
        Assert.Throws<ArgumentException>(() => new GradientPlan(graph, "f", ["y"]));
        Assert.Throws<ArgumentException>(() => new GradientPlan(graph, "nothing", ["x"]));
        var n = new SmallNetwork(1, 3, 6, 6);
        var weights = n.Constant(1, 4, 3, 3, 3);
        var map = n.Build(n.Add("Conv", ["x", weights]));
        Assert.Throws<ArgumentException>(() => new GradientPlan(map, map.Outputs[0], [weights]));
    }

    private static Graph WithOneInput(Graph graph, Dictionary<string, Tensor> inputs)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (var other in graph.Inputs.Skip(1))
            constants.Add(other.Name, inputs[other.Name]);
        return new Graph("one", [graph.Inputs[0]], graph.Nodes, constants, graph.Outputs);
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Tests.Ops;

namespace MlPipeline.Engine.Tests.Rewrites;

/// <summary>Small networks with random weights, and the check that two compute the same.</summary>
internal static class RandomGraphs
{
    public static Tensor Random(int seed, params int[] shape)
    {
        Random random = new(seed);
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() * 2) - 1;

        return Tensor.Of(values, shape);
    }

    /// <summary>Random positive numbers: variances.</summary>
    public static Tensor Positive(int seed, params int[] shape)
    {
        var tensor = Random(seed, shape);
        foreach (ref var value in tensor.Floats)
            value = MathF.Abs(value) + 0.1f;

        return tensor;
    }

    /// <summary>Asserts that two graphs give the same outputs for random inputs of batch 1 and 3.</summary>
    public static void AssertEqual(Graph expected, Graph actual, float tolerance)
    {
        Assert.Equal(expected.Outputs, actual.Outputs);
        using var first = new ReferenceRuntime().CreateSession(expected);
        using var second = new ReferenceRuntime().CreateSession(actual);
        foreach (var batch in new[] { 1, 3 })
        {
            var inputs = expected.Inputs.ToDictionary(i => i.Name,
                i => Random(batch, [.. i.Dimensions!.Select((d, axis) => d >= 0 ? d : axis == 0 ? batch : 9)]));
            var a = first.Run(inputs);
            var b = second.Run(inputs);
            foreach (var output in expected.Outputs)
                TensorAssert.Close(a[output], b[output], tolerance);
        }
    }

    /// <summary>A stem and two residual blocks with batch normalisation, as exporters write them, and a classifier.</summary>
    public static Graph ResidualBlocks(int seed)
    {
        Dictionary<string, Tensor> constants = [];
        List<Node> nodes = [];
        string ConvBn(string name, string x, int from, int to, int stride)
        {
            constants[$"{name}.w"] = Random(seed++, to, from, 3, 3);
            nodes.Add(new("Conv", [x, $"{name}.w"], [$"{name}.c"],
                NodeAttributes.Of(("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { stride, stride })), name, 13));
            foreach (var part in new[] { "scale", "shift", "mean" })
                constants[$"{name}.{part}"] = Random(seed++, to);

            constants[$"{name}.variance"] = Positive(seed++, to);
            nodes.Add(new("BatchNormalization", [$"{name}.c", $"{name}.scale", $"{name}.shift", $"{name}.mean",
                $"{name}.variance"], [$"{name}.n"], null, null, 13));
            return $"{name}.n";
        }

        string Then(string op, string output, params string[] inputs)
        {
            nodes.Add(new(op, inputs, [output], null, null, 13));
            return output;
        }

        var x = Then("Relu", "stem", ConvBn("s", "x", 3, 4, 2));
        var a = Then("Relu", "a1", ConvBn("b1", x, 4, 4, 1));
        x = Then("Relu", "block1", Then("Add", "sum1", ConvBn("b2", a, 4, 4, 1), x));
        a = Then("Relu", "a2", ConvBn("b3", x, 4, 6, 2));
        x = Then("Relu", "block2", Then("Add", "sum2", ConvBn("b5", x, 4, 6, 2), ConvBn("b4", a, 6, 6, 1)));
        Then("Flatten", "pooled", Then("GlobalAveragePool", "gap", x));
        constants["fc.w"] = Random(seed++, 6, 5);
        constants["fc.b"] = Random(seed, 5);
        Then("Add", "logits", Then("MatMul", "product", "pooled", "fc.w"), "fc.b");
        return new Graph("blocks", [new("x", ElementType.Float32, [-1, 3, 12, 12])], nodes, constants, ["logits", "block2"]);
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Tests.Rewrites;

namespace MlPipeline.Engine.Tests.Onnx;

public class OnnxWriterTests
{
    [Fact]
    public void WhatWasFusedIsTakenApart()
    {
        var graph = RandomGraphs.ResidualBlocks(seed: 5);
        var optimised = GraphOptimizer.Optimize(graph);
        var read = OnnxModel.Parse(OnnxWriter.ToBytes(optimised), "m").ToGraph();
        Assert.DoesNotContain(read.Nodes, n => n.Attributes.Has("activation"));
        RandomGraphs.AssertEqual(graph, read, 1e-4f);
    }

    [Theory]
    [InlineData("Relu", 6)]
    [InlineData("LeakyRelu", 6)]
    [InlineData("Elu", 6)]
    [InlineData("Sigmoid", 6)]
    [InlineData("Tanh", 6)]
    [InlineData("HardSigmoid", 6)]
    [InlineData("HardSwish", 14)]
    [InlineData("Clip", 6)]
    public void EveryFusedActivationIsTakenApart(string op, int opset)
    {
        ValueInfo input = new("x", ElementType.Float32, [-1, 2, 5, 5]);
        var attributes = op == "Clip" ? NodeAttributes.Of(("min", 0f), ("max", 0.5f)) : NodeAttributes.None;
        Dictionary<string, Tensor> constants = new() { ["w"] = RandomGraphs.Random(1, 3, 2, 3, 3) };
        Graph graph = new("g", [input], [new("Conv", ["x", "w"], ["c"], null, null, 11),
            new(op, ["c"], ["y"], attributes, null, opset)], constants, ["y"]);
        var fused = GraphOptimizer.Optimize(graph);
        Assert.Single(fused.Nodes);
        RandomGraphs.AssertEqual(graph, fused, 1e-5f);
        RandomGraphs.AssertEqual(graph, OnnxModel.Parse(OnnxWriter.ToBytes(fused), "m").ToGraph(), 1e-5f);
    }

    [Fact]
    public void WeightsAreStoredInHalfAsManyBytesWhereTheirNumbersAllow()
    {
        ValueInfo input = new("x", ElementType.Float32, [-1, 8, 5, 5]);
        var large = RandomGraphs.Random(3, 40, 8, 3, 3);
        large.Floats[7] = 70_000;
        Dictionary<string, Tensor> constants = new()
        {
            ["w"] = RandomGraphs.Random(1, 40, 8, 3, 3),
            ["w/float16"] = RandomGraphs.Random(2, 40),
            ["large"] = large,
        };
        Graph graph = new("g", [input],
            [new("Conv", ["x", "w", "w/float16", "", ""], ["y"]), new("Conv", ["x", "large"], ["z"])], constants, ["y", "z"]);

        var bytes = OnnxWriter.ToBytes(graph, new OnnxWriteOptions { HalfWeights = true });

        Assert.InRange(OnnxWriter.ToBytes(graph).Length - bytes.Length, 40 * 8 * 9 * 1.9, 40 * 8 * 9 * 2);
        var read = OnnxModel.Parse(bytes, "m").ToGraph();
        Assert.All(read.Nodes, n => Assert.NotEqual("", n.Inputs[^1]));
        Assert.Equal(large.Floats.ToArray(), read.Constants["large"].Floats.ToArray());
        var folded = GraphOptimizer.Optimize(read.WithOutputs("y"));
        var weights = folded.Constants[folded.Nodes.Single(n => n.OpType == "Conv").Inputs[1]].Floats.ToArray();
        Assert.Equal(constants["w"].Floats.ToArray().Select(v => (float)(Half)v), weights);
    }

    [Fact]
    public void NodesOfDifferentOperatorSetsAreBroughtToOne()
    {
        ValueInfo input = new("x", ElementType.Float32, [-1, 2, 6, 6]);
        Dictionary<string, Tensor> constants = new()
        {
            ["b"] = RandomGraphs.Random(2, 2),
            ["s"] = RandomGraphs.Random(3, 2),
            ["one"] = Tensor.Of([1L], 1),
            ["slope"] = RandomGraphs.Random(4, 2),
        };
        Node[] nodes =
        [
            new("Add", ["x", "b"], ["a"], NodeAttributes.Of(("broadcast", 1), ("axis", 1)), null, 6),
            new("PRelu", ["a", "slope"], ["p"], null, null, 6),
            new("Clip", ["p"], ["c"], NodeAttributes.Of(("max", 2f)), null, 6),
            new("Pad", ["c"], ["d"], NodeAttributes.Of(("pads", new[] { 0, 0, 1, 0, 0, 0, 0, 2 }), ("value", 0.5f)), null, 2),
            new("Slice", ["d"], ["e"], NodeAttributes.Of(("starts", new[] { 1 }), ("ends", new[] { 6 }), ("axes", new[] { 3 })),
                null, 9),
            new("Upsample", ["e"], ["f"], NodeAttributes.Of(("scales", new[] { 1f, 1f, 2f, 3f })), null, 7),
            new("ReduceMean", ["f"], ["g"], NodeAttributes.Of(("axes", new[] { 3 }), ("keepdims", 0)), null, 11),
            new("Dropout", ["g"], ["h"], NodeAttributes.Of(("ratio", 0.3f)), null, 7),
            new("Split", ["h"], ["i", "j"], NodeAttributes.Of(("axis", 1), ("split", new[] { 1, 1 })), null, 11),
            new("Squeeze", ["i"], ["k"], NodeAttributes.Of(("axes", new[] { 1 })), null, 11),
            new("Unsqueeze", ["k"], ["l"], NodeAttributes.Of(("axes", new[] { 1 })), null, 11),
            new("Concat", ["l", "j"], ["m"], NodeAttributes.Of(("axis", 1)), null, 11),
            new("Flatten", ["m"], ["n"], null, null, 9),
            new("Softmax", ["n"], ["o"], null, null, 11),
            new("ReduceSum", ["o", "one"], ["y"], null, null, 18),
        ];
        Graph graph = new("g", [input], nodes, constants, ["y", "o"]);
        var read = OnnxModel.Parse(OnnxWriter.ToBytes(graph), "m").ToGraph();
        Assert.All(read.Nodes, n => Assert.Equal(18, n.Opset));
        RandomGraphs.AssertEqual(graph, read, 1e-5f);
    }

    [Fact]
    public void AFileIsReplacedWhole()
    {
        var folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            var path = Path.Combine(folder, "m.onnx");
            File.WriteAllText(path, "old");
            var graph = RandomGraphs.ResidualBlocks(seed: 1);
            OnnxWriteOptions options = new()
            {
                ProducerName = "me",
                MetadataProperties = new Dictionary<string,
                string>
                { ["k"] = "v" }
            };
            OnnxWriter.Save(graph, path, options);
            var read = OnnxModel.Load(path);
            Assert.Equal(("me", "v"), (read.ProducerName, read.MetadataProperties["k"]));
            Assert.Equal(graph.Inputs[0].ToString(), read.ToGraph().Inputs[0].ToString());
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Rewrites;

/// <summary>Each rewrite gives an equal graph, and does what it is for.</summary>
public class RewriteTests
{
    private static readonly ValueInfo Image = new("x", ElementType.Float32, [-1, 4, 8, 8]);

    [Fact]
    public void ResidualBlocksBecomeFusedConvolutions()
    {
        var graph = RandomGraphs.ResidualBlocks(seed: 11);
        var optimised = GraphOptimizer.Optimize(graph);
        RandomGraphs.AssertEqual(graph, optimised, 1e-4f);
        Assert.Equal(["Conv", "Conv", "Conv", "Conv", "Conv", "Conv", "GlobalAveragePool", "Flatten", "Gemm"],
            optimised.Nodes.Select(n => n.OpType).OrderBy(o => o[0] == 'G' || o[0] == 'F'));
        Assert.Equal(2, optimised.Nodes.Count(n => n.HasInput(3)));
        Assert.Equal(5, optimised.Nodes.Count(n => n.Attributes.Text("activation") == "relu"));
    }

    [Fact]
    public void ConstantsAreFolded()
    {
        var graph = Build([new("ConstantOfShape", ["shape"], ["w"]), new("Add", ["w", "one"], ["v"]),
            new("Mul", ["x", "v"], ["y"])], ["y"],
            ("shape", Tensor.Of([4L, 1L, 1L], 3)), ("one", Tensor.Of([2f], 1)));
        var folded = Check(new FoldConstants(), graph);
        Assert.Equal(["Mul"], folded.Nodes.Select(n => n.OpType));
        Assert.Equal(["v"], folded.Constants.Keys);
    }

    [Fact]
    public void IdentitiesGo()
    {
        Node[] nodes =
        [
            new("Identity", ["x"], ["a"]), new("Dropout", ["a"], ["b", "mask"]), new("Relu", ["b"], ["c"]),
                new("Cast", ["c"], ["d"], NodeAttributes.Of(("to", 1))),
            new("Reshape", ["d", "same"], ["e"]), new("Transpose", ["e"], ["f"],
                NodeAttributes.Of(("perm", new[] { 0, 1, 2, 3 }))),
            new("Pad", ["f", "none"], ["g"]), new("Concat", ["g"], ["y"], NodeAttributes.Of(("axis", 1))),
        ];
        var graph = Build(nodes, ["y"], ("same", Tensor.Of([0L, 4L, -1L, 8L], 4)), ("none", Tensor.Of(new long[8], 8)));
        var left = Check(new RemoveIdentities(), graph);
        Assert.Equal(["Relu"], left.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void AnIdentityBetweenInputAndOutputStays()
    {
        var graph = Build([new("Identity", ["x"], ["y"]), new("Relu", ["x"], ["z"]), new("Identity", ["z"], ["w"])],
            ["y", "z", "w"]);
        Assert.Equal(3, GraphOptimizer.Optimize(graph).Nodes.Count);
    }

    [Fact]
    public void ACastThatRoundsStays()
    {
        var graph = Build([new("Cast", ["x"], ["y"], NodeAttributes.Of(("to", 10))), new("Relu", ["y"], ["z"])], ["z"]);
        Assert.Contains(GraphOptimizer.Optimize(graph).Nodes, n => n.OpType == "Cast");
    }

    [Fact]
    public void ReshapesAndTransposesAreJoined()
    {
        Node[] nodes =
        [
            new("Reshape", ["x", "t"], ["a"]), new("Flatten", ["a"], ["y"]),
            new("Transpose", ["x"], ["b"], NodeAttributes.Of(("perm", new[] { 0, 2, 3, 1 }))),
            new("Transpose", ["b"], ["z"], NodeAttributes.Of(("perm", new[] { 0, 3, 1, 2 }))),
        ];
        var graph = Build(nodes, ["y", "z"], ("t", Tensor.Of([0L, 2L, -1L], 3)));
        var joined = Check(new JoinReshapes(), graph);
        Assert.Equal("x", joined.ProducerOf("y")!.Inputs[0]);
        Assert.Equal([0L, 1L, 2L, 3L], joined.ProducerOf("z")!.Attributes.Ints("perm")!);
    }

    [Fact]
    public void AReshapeThatLooksAtTheShapeBeforeItIsNotJoined()
    {
        Node[] nodes = [new("Reshape", ["x", "t"], ["a"]), new("Reshape", ["a", "u"], ["y"])];
        var graph = Build(nodes, ["y"], ("t", Tensor.Of([-1L, 16L, 2L], 3)), ("u", Tensor.Of([0L, 32L], 2)));
        RandomGraphs.AssertEqual(graph, GraphOptimizer.Optimize(graph), 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AMeanOverThePlaneIsGlobalPooling(int keep)
    {
        var graph = Build([new("ReduceMean", ["x"], ["y"], NodeAttributes.Of(("axes", new[] { -1, 2 }), ("keepdims", keep)))],
            ["y"]);
        Assert.Contains(Check(new MeanToGlobalPool(), graph).Nodes, n => n.OpType == "GlobalAveragePool");
    }

    [Theory]
    [InlineData("BatchNormalization", 1)]
    [InlineData("BatchNormalization", 2)]
    [InlineData("Add", 1)]
    [InlineData("Sub", 1)]
    [InlineData("Mul", 1)]
    [InlineData("Div", 2)]
    [InlineData("from", 1)]
    public void ScalingOfChannelsIsFoldedIntoTheConvolution(string op, int groups)
    {
        Node conv = new("Conv", ["x", "w", "b"], ["c"], NodeAttributes.Of(("group", groups), ("pads", new[] { 1, 0, 1, 0 })));
        Node scaling = op switch
        {
            "BatchNormalization" => new(op, ["c", "s", "t", "m", "v"], ["y"]),
            "from" => new("Sub", ["k", "c"], ["y"]),
            _ => new(op, ["c", "k"], ["y"]),
        };
        var graph = Build([conv, scaling], ["y"], ("w", RandomGraphs.Random(1, 6, 4 / groups, 3, 2)),
            ("b", RandomGraphs.Random(2, 6)),
            ("s", RandomGraphs.Random(3, 6)), ("t", RandomGraphs.Random(4, 6)), ("m", RandomGraphs.Random(5, 6)),
                ("v", RandomGraphs.Positive(6, 6)),
            ("k", RandomGraphs.Positive(7, 6, 1, 1)));
        var folded = Check(new FoldAffineIntoProducer(), graph);
        Assert.Equal(["Conv"], folded.Nodes.Select(n => n.OpType));
        Assert.Same(graph.Constants["w"], folded.Constants["w"]);
    }

    [Fact]
    public void ScalingOfAnotherDimensionIsNotFolded()
    {
        Node conv = new("Conv", ["x", "w"], ["c"]);
        var graph = Build([conv, new("Mul", ["c", "k"], ["y"])], ["y"], ("w", RandomGraphs.Random(1, 8, 4, 1, 1)),
            ("k", RandomGraphs.Random(2, 8)));
        Assert.Same(graph, GraphOptimizer.Apply(new FoldAffineIntoProducer(), graph));
    }

    [Fact]
    public void WhatOthersReadIsNotFoldedAway()
    {
        Node conv = new("Conv", ["x", "w"], ["c"]);
        var graph = Build([conv, new("Relu", ["c"], ["y"]), new("Add", ["c", "k"], ["z"])], ["y", "z"],
            ("w", RandomGraphs.Random(1, 4, 4, 1, 1)), ("k", RandomGraphs.Random(2, 4, 1, 1)));
        var optimised = GraphOptimizer.Optimize(graph);
        Assert.Equal(3, optimised.Nodes.Count);
        RandomGraphs.AssertEqual(graph, optimised, 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ABiasAndScaleAreFoldedIntoTheMatrixProduct(int transposed)
    {
        Node[] nodes =
        [
            new("Flatten", ["x"], ["f"]),
            new("Gemm", ["f", "w", "c"], ["g"], NodeAttributes.Of(("alpha", 0.5f), ("beta", 2f), ("transB", transposed))),
            new("Mul", ["g", "k"], ["h"]), new("Add", ["h", "k"], ["y"]),
        ];
        var graph = Build(nodes, ["y"], ("w", transposed == 1 ? RandomGraphs.Random(1, 5, 256)
            : RandomGraphs.Random(1, 256, 5)),
            ("c", RandomGraphs.Random(2, 5)), ("k", RandomGraphs.Random(3, 5)));
        Assert.Equal(["Flatten", "Gemm"], Check(new FoldAffineIntoProducer(), graph).Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void ScalingBeforeAndAfterTheConvolutionIsFolded()
    {
        Node[] nodes =
        [
            new("Mul", ["x", "k"], ["a"]), new("Conv", ["a", "w", "b"], ["c"]), new("Mul", ["c", "s"], ["d"]),
            new("Add", ["d", "s"], ["e"]),
            new("Conv", ["e", "v"], ["f"]), new("Div", ["f", "s"], ["g"]), new("Add", ["g", "x"], ["y"]),
        ];
        var graph = Build(nodes, ["y"], ("k", RandomGraphs.Random(1, 4, 1, 1)), ("w", RandomGraphs.Random(2, 4, 4, 1, 1)),
            ("b", RandomGraphs.Random(3, 4)), ("s", RandomGraphs.Positive(4, 4, 1, 1)),
            ("v", RandomGraphs.Random(5, 4, 4, 1, 1)));
        var optimised = GraphOptimizer.Optimize(graph);
        Assert.Equal(["Conv", "Conv"], optimised.Nodes.Select(n => n.OpType));
        RandomGraphs.AssertEqual(graph, optimised, 1e-4f);
        RandomGraphs.AssertEqual(graph, OnnxModel.Parse(OnnxWriter.ToBytes(optimised), "m").ToGraph(), 1e-4f);
    }

    [Fact]
    public void AMatrixProductWithConstantsIsAGemm()
    {
        var graph = Build([new("Flatten", ["x"], ["f"]), new("MatMul", ["f", "w"], ["y"])], ["y"],
            ("w", RandomGraphs.Random(1, 256, 5)));
        Assert.Equal(["Flatten", "Gemm"], Check(new MatMulToGemm(), graph).Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void NormalisationBeforeAnUnpaddedConvolutionIsFolded()
    {
        Graph Net(int pad) => Build([new("BatchNormalization", ["x", "s", "t", "m", "v"], ["n"]),
            new("Conv", ["n", "w"], ["y"], NodeAttributes.Of(("group", 2), ("pads", new[] { pad, pad, pad, pad })))], ["y"],
            ("s", RandomGraphs.Random(3, 4)), ("t", RandomGraphs.Random(4, 4)), ("m", RandomGraphs.Random(5, 4)),
                ("v", RandomGraphs.Positive(6, 4)),
            ("w", RandomGraphs.Random(1, 6, 2, 3, 3)));
        Assert.Single(Check(new FoldAffineIntoConv(), Net(0)).Nodes);
        var padded = Net(1);
        Assert.Same(padded, GraphOptimizer.Apply(new FoldAffineIntoConv(), padded));
    }

    [Fact]
    public void StepsOfScalingAreJoined()
    {
        var graph = Build([new("Sub", ["x", "m"], ["a"]), new("Div", ["a", "v"], ["b"]),
            new("MaxPool", ["b"], ["y"], NodeAttributes.Of(("kernel_shape", new[] { 2, 2 })))],
            ["y"], ("m", RandomGraphs.Random(1, 1, 4, 1, 1)), ("v", RandomGraphs.Positive(2, 4, 1, 1)));
        Assert.Equal(["BatchNormalization", "MaxPool"], Check(new JoinAffine(), graph).Nodes.Select(n => n.OpType));
    }

    [Theory]
    [InlineData("Conv", true)]
    [InlineData("AveragePool", true)]
    [InlineData("MaxPool", true)]
    [InlineData("MaxPool", false)]
    public void PaddingIsMerged(string op, bool positive)
    {
        var window = NodeAttributes.Of(("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }));
        Node[] nodes =
        [
            new(positive ? "Relu" : "Tanh", ["x"], ["r"]), new("Pad", ["r", "pads"], ["p"]),
            new(op, op == "Conv" ? ["p", "w"] : ["p"], ["y"], window),
        ];
        var graph = Build(nodes, ["y"], ("pads", Tensor.Of([0L, 0, 1, 2, 0, 0, 2, 1], 8)),
            ("w", RandomGraphs.Random(1, 5, 4, 3, 3)));
        var rewritten = GraphOptimizer.Apply(new MergePad(), graph);
        RandomGraphs.AssertEqual(graph, rewritten, 1e-5f);
        Assert.Equal(positive ? 2 : 3, rewritten.Nodes.Count);
    }

    [Fact]
    public void AnAdditionIsFusedIntoTheLaterConvolution()
    {
        Node[] nodes =
        [
            new("Conv", ["x", "w"], ["a"], null, "first"), new("Conv", ["x", "v"], ["b"], null, "second"),
                new("Add", ["b", "a"], ["c"]), new("Relu", ["c"], ["y"]),
        ];
        var graph = Build(nodes, ["y"], ("w", RandomGraphs.Random(1, 4, 4, 1, 1)), ("v", RandomGraphs.Random(2, 4, 4, 1, 1)));
        var fused = Check(new FuseResidual(), graph);
        Assert.Equal(["x", "v", "", "a"], fused.Nodes[1].Inputs);
        var both = Check(new FuseActivation(), fused);
        Assert.Equal(2, both.Nodes.Count);
    }

    [Fact]
    public void AnAdditionThatBroadcastsIsNotFused()
    {
        Node[] nodes = [new("Conv", ["x", "w"], ["a"]), new("GlobalAveragePool", ["x"], ["g"]), new("Add", ["a", "g"], ["y"])];
        var graph = Build(nodes, ["y"], ("w", RandomGraphs.Random(1, 4, 4, 1, 1)));
        Assert.Same(graph, GraphOptimizer.Apply(new FuseResidual(), graph));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AProductWithItsOwnSigmoidIsAGate(bool others)
    {
        Node[] nodes =
        [
            new("Sigmoid", ["x"], ["s"]), new("Mul", ["s", "x"], ["a"]),
            new("HardSigmoid", ["a"], ["h"], NodeAttributes.Of(("alpha", 1 / 6f))), new("Mul", ["a", "h"], ["y"]),
        ];
        Graph graph = new("gates", [Image], nodes, new Dictionary<string, Tensor>(), others ? ["y", "s", "h"] : ["y"]);
        var optimised = GraphOptimizer.Optimize(graph);
        RandomGraphs.AssertEqual(graph, optimised, 1e-5f);
        Assert.Equal(others ? ["Sigmoid", "Mul", "HardSigmoid", "Mul"] : ["Swish", "HardSwish"],
            optimised.Nodes.Select(n => n.OpType));
        if (!others)
            RandomGraphs.AssertEqual(graph, OnnxModel.Parse(OnnxWriter.ToBytes(optimised), "gates").ToGraph(), 1e-5f);
    }

    [Theory]
    [InlineData(false, 1f, "Gelu")]
    [InlineData(true, 1f, "Gelu")]
    [InlineData(false, 1.1f, "Mul")]
    public void TheStepsOfGeluAreOne(bool halvesFirst, float one, string last)
    {
        Dictionary<string, Tensor> numbers = new()
        {
            ["root"] = Tensor.Of([MathF.Sqrt(2)], []),
            ["one"] = Tensor.Of([one], []),
            ["half"] = Tensor.Of([0.5f], 1),
        };
        Node[] nodes =
        [
            new("Div", ["x", "root"], ["d"]), new("Erf", ["d"], ["e"]), new("Add", ["one", "e"], ["s"]),
            .. halvesFirst
                ? (Node[])[new("Mul", ["half", "x"], ["h"]), new("Mul", ["s", "h"], ["y"])]
                : [new("Mul", ["x", "s"], ["p"]), new("Mul", ["p", "half"], ["y"])],
        ];
        Graph graph = new("gelu", [Image], nodes, numbers, ["y"]);
        var optimised = GraphOptimizer.Optimize(graph);
        RandomGraphs.AssertEqual(graph, optimised, 1e-5f);
        Assert.Equal(last, optimised.Nodes[^1].OpType);
    }

    [Theory]
    [InlineData(true, -1, "LayerNormalization")]
    [InlineData(false, 3, "LayerNormalization")]
    [InlineData(true, 2, "Add")]
    public void TheStepsOfLayerNormalisationAreOne(bool byPower, long axis, string last)
    {
        Dictionary<string, Tensor> constants = new()
        {
            ["two"] = Tensor.Of([2f], []),
            ["epsilon"] = Tensor.Of([0.01f], []),
            ["scale"] = Tensor.Of([1f, 2, 3, 4, 5, 6, 7, 8], 8),
            ["shift"] = Tensor.Of([8f, 7, 6, 5, 4, 3, 2, 1], 8),
        };
        var over = NodeAttributes.Of(("axes", new[] { axis }));
        Node[] nodes =
        [
            new("ReduceMean", ["x"], ["m"], over), new("Sub", ["x", "m"], ["c"]),
            byPower ? new("Pow", ["c", "two"], ["q"]) : new("Mul", ["c", "c"], ["q"]), new("ReduceMean", ["q"], ["v"], over),
            new("Add", ["v", "epsilon"], ["e"]), new("Sqrt", ["e"], ["r"]), new("Div", ["c", "r"], ["n"]),
            new("Mul", ["n", "scale"], ["s"]), new("Add", ["shift", "s"], ["y"]),
        ];
        Graph graph = new("normalisation", [Image], nodes, constants, ["y"]);
        var optimised = GraphOptimizer.Optimize(graph);
        RandomGraphs.AssertEqual(graph, optimised, 1e-4f);
        Assert.Equal(last, optimised.Nodes[^1].OpType);
    }

    [Fact]
    public void WhatNoOutputNeedsGoes()
    {
        var graph = Build([new("Relu", ["x"], ["y"]), new("Tanh", ["x"], ["a"]), new("Exp", ["a"], ["b"])], ["y"]);
        Assert.Equal(["Relu"], Check(new RemoveUnused(), graph).Nodes.Select(n => n.OpType));
    }

    private static Graph Build(Node[] nodes, string[] outputs, params (string Name, Tensor Value)[] constants) =>
        new("g", [Image], nodes, constants.ToDictionary(c => c.Name, c => c.Value), outputs);

    private static Graph Check(IRewrite rewrite, Graph graph)
    {
        var rewritten = GraphOptimizer.Apply(rewrite, graph);
        Assert.NotSame(graph, rewritten);
        RandomGraphs.AssertEqual(graph, rewritten, 1e-4f);
        RandomGraphs.AssertEqual(graph, GraphOptimizer.Optimize(graph), 1e-4f);
        return rewritten;
    }
}

using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Graphs;

public class GraphTests
{
    private static readonly ValueInfo Image = new("x", ElementType.Float32, [-1, 3, 8, 8]);

    [Fact]
    public void NodesComeInTopologicalOrder()
    {
        var graph = Build([Image], [new("Relu", ["b"], ["c"]), new("Sigmoid", ["a"], ["b"]), new("Tanh", ["x"], ["a"])], "c");
        Assert.Equal(["Tanh", "Sigmoid", "Relu"], graph.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void ACycleIsRefused()
    {
        var error = Refused([new("Relu", ["b"], ["a"], null, "first"), new("Tanh", ["a"], ["b"])], "a");
        Assert.Equal("first", error.Node);
        Assert.Contains("cycle", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingInputIsRefusedByName() =>
        Assert.Contains("'nowhere'", Refused([new("Add", ["x", "nowhere"], ["y"])], "y").Message, StringComparison.Ordinal);

    [Fact]
    public void AMissingOutputIsRefusedByName() =>
        Assert.Contains("'z'", Refused([new("Relu", ["x"], ["y"])], "z").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void ANameUsedTwiceIsRefused(string name) =>
        Assert.Contains($"'{name}'", Refused([new("Relu", ["x"], ["y"]), new("Tanh", ["x"], [name])], "y").Message,
            StringComparison.Ordinal);

    [Fact]
    public void AnUnknownOperatorIsRefusedByNodeAndName()
    {
        var error = Refused([new("Frobnicate", ["x"], ["y"], null, "odd one")], "y");
        Assert.Equal(("odd one", "Frobnicate"), (error.Node, error.Op));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefusedAtTheirNode()
    {
        var weights = Tensor.Zeros(ElementType.Float32, 4, 5, 3, 3);
        var error = Assert.Throws<OnnxException>(() =>
            new Graph("g", [Image], [new("Conv", ["x", "w"], ["y"], null, "conv")], new Dictionary<string,
                Tensor>
            { ["w"] = weights }, ["y"]));
        Assert.Equal("conv", error.Node);
        Assert.Contains("[4x5x3x3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SizesThatVaryAreKnownAsSuch()
    {
        ValueInfo open = new("x", ElementType.Float32, [-1, 3, -1, -1]);
        var graph = Build([open],
            [new("MaxPool", ["x"], ["p"], NodeAttributes.Of(("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))),
            new("GlobalAveragePool", ["p"], ["g"]), new("Flatten", ["g"], ["y"])], "y");
        Assert.Equal([-1, 3, -1, -1], graph.ShapeOf("p"));
        Assert.Equal([-1, 3, 1, 1], graph.ShapeOf("g"));
        Assert.Equal([-1, 3], graph.ShapeOf("y"));
        var shapes = graph.ShapesFor(new Dictionary<string, int[]> { ["x"] = [5, 3, 31, 20] });
        Assert.Equal([5, 3, 15, 10], shapes.Of("p"));
        Assert.Throws<ArgumentException>(() => graph.ShapesFor(new Dictionary<string, int[]> { ["x"] = [5, 4, 31, 20] }));
        Assert.Throws<ArgumentException>(() => graph.ShapesFor(new Dictionary<string, int[]>()));
    }

    [Fact]
    public void ASizeThatOnlyOneValueFitsIsFound()
    {
        ValueInfo open = new("x", ElementType.Float32, [-1, 1, -1, -1]);
        Dictionary<string, Tensor> constants = new() { ["w"] = Tensor.Zeros(ElementType.Float32, 28 * 28, 10) };
        Graph graph = new("g", [open], [new("Flatten", ["x"], ["f"]), new("MatMul", ["f", "w"], ["y"])], constants, ["y"]);
        Assert.Equal([-1, 1, 28, 28], graph.Inputs[0].Dimensions!);
        Assert.Equal([-1, 10], graph.ShapeOf("y"));
    }

    [Fact]
    public void ShapesComputedFromShapesAreFollowed()
    {
        // As exporters flatten: shape -> its first size -> joined with -1 -> target.
        Dictionary<string, Tensor> constants = new()
        {
            ["zero"] = Tensor.Of([0L], []),
            ["axis"] = Tensor.Of([0L], 1),
            ["rest"] = Tensor.Of([-1L], 1),
        };
        Node[] nodes =
        [
            new("Shape", ["x"], ["s"]), new("Gather", ["s", "zero"], ["n"]), new("Unsqueeze", ["n", "axis"], ["n1"]),
            new("Concat", ["n1", "rest"], ["t"], NodeAttributes.Of(("axis", 0))), new("Reshape", ["x", "t"], ["y"]),
        ];
        Graph graph = new("g", [Image], nodes, constants, ["y"]);
        Assert.True(graph.HasKnownShapes);
        Assert.Equal([-1, 192], graph.ShapeOf("y"));
        Assert.Equal([7L, -1L], graph.ShapesFor(new Dictionary<string,
            int[]>
        { ["x"] = [7, 3, 8, 8] }).ElementsOf("t")!.Int64s.ToArray());
    }

    [Fact]
    public void AShapeGivenInTheRunIsUnknownBefore()
    {
        var graph = Build([Image, new("t", ElementType.Int64, [2])], [new("Reshape", ["x", "t"], ["y"])], "y");
        Assert.False(graph.HasKnownShapes);
        Assert.False(graph.TryGetShape("y", out _));
        using var session = new ReferenceRuntime().CreateSession(graph);
        Dictionary<string, Tensor> inputs = new()
        {
            ["x"] = Tensor.Zeros(ElementType.Float32, 1, 3, 8, 8),
            ["t"] = Tensor.Of([4L, -1L], 2)
        };
        Assert.Equal([4, 48], session.Run(inputs)["y"].Dimensions.ToArray());
    }

    [Fact]
    public void OtherOutputsNeedOnlyTheirPart()
    {
        Dictionary<string, Tensor> constants = new() { ["c"] = Tensor.Of([2f], 1) };
        Graph graph = new("g", [Image], [new("Relu", ["x"], ["a"]), new("Mul", ["a", "c"], ["b"]), new("Tanh", ["x"], ["d"])],
            constants, ["b", "d"]);
        var part = graph.WithOutputs("a");
        Assert.Equal(["Relu"], part.Nodes.Select(n => n.OpType));
        Assert.Empty(part.Constants);
        Assert.Throws<ArgumentException>(() => graph.WithOutputs("nothing"));
    }

    [Fact]
    public void ASessionRefusesInputsThatDoNotFit()
    {
        var graph = Build([Image], [new("Relu", ["x"], ["y"])], "y");
        var session = new ReferenceRuntime().CreateSession(graph);
        var good = Tensor.Zeros(ElementType.Float32, 2, 3, 8, 8);
        Assert.Equal([2, 3, 8, 8], session.Run(new Dictionary<string, Tensor> { ["x"] = good })["y"].Dimensions.ToArray());
        Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, Tensor>()));
        Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = good, ["z"] = good }));
        Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string,
            Tensor>
        { ["x"] = Tensor.Zeros(ElementType.Float32, 2, 3, 8, 9) }));
        Assert.Throws<ArgumentException>(() => session.Run(new Dictionary<string,
            Tensor>
        { ["x"] = Tensor.Zeros(ElementType.Int64, 2, 3, 8, 8) }));
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = good }));
    }

    private static Graph Build(ValueInfo[] inputs, Node[] nodes, params string[] outputs) =>
        new("g", inputs, nodes, new Dictionary<string, Tensor>(), outputs);

    private static OnnxException Refused(Node[] nodes, string output) =>
        Assert.Throws<OnnxException>(() => Build([Image], nodes, output));
}

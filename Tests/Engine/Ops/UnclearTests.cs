using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>What ONNX leaves open or says in two ways: refused by name, or done as its reference implementation does.</summary>
public class UnclearTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void PoolingRoundsUpWithoutPaddingOnlyWhereBothRulesAgree(int roundsUp, bool isDone)
    {
        Node pool = new("MaxPool", ["x"], ["y"],
            NodeAttributes.Of(
                ("kernel_shape", new[] { 2L }), ("strides", new[] { 2L }), ("auto_pad", "VALID"), ("ceil_mode", roundsUp)),
                    "pool", 12);
        if (isDone)
            Assert.Equal([1, 1, 2], GraphOf(pool, Zeros(1, 1, 5)).ShapeOf("y"));
        else
            Assert.Equal(("pool", "MaxPool"), Refused(pool, Zeros(1, 1, 5)));

        Assert.Equal([1, 1, 2], GraphOf(pool, Zeros(1, 1, 4)).ShapeOf("y"));
    }

    [Fact]
    public void WrappingAroundWhatIsCutOffIsRefused()
    {
        Node pad = new("Pad", ["x", "pads"], ["y"], NodeAttributes.Of(("mode", "wrap")), "pad", 19);
        Assert.Equal(("pad", "Pad"), Refused(pad, Zeros(4), ("pads", Tensor.Of([-1L, 2], 2))));
    }

    [Theory]
    [InlineData("ArgMax", 0, 1)]
    [InlineData("ArgMin", 0, 1)]
    [InlineData("ArgMax", 1, 2)]
    [InlineData("ArgMin", 1, 2)]
    public void WhatIsNoNumberStandsOutMost(string op, int last, int expected)
    {
        Node node = new(op, ["x"], ["y"], NodeAttributes.Of(("select_last_index", last)), "n", 13);
        var x = Tensor.Of([float.NegativeInfinity, float.NaN, float.NaN, float.PositiveInfinity], 4);
        using var session = new ManagedRuntime().CreateSession(GraphOf(node, x));
        Assert.Equal([expected], session.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Int64s.ToArray());
    }

    [Fact]
    public void WhatIsNoNumberCountsAsTheLargest()
    {
        var x = Tensor.Of([1f, float.NaN, float.PositiveInfinity, float.NaN], 4);
        Dictionary<string, Tensor> given = new() { ["x"] = x };
        using var hard = new ManagedRuntime().CreateSession(GraphOf(new Node("Hardmax", ["x"], ["y"], null, "n", 13), x));
        Assert.Equal([0f, 1, 0, 0], hard.Run(given)["y"].Floats.ToArray());
        Node top = new("TopK", ["x", "k"], ["", "y"], null, "n", 11);
        using var three = new ManagedRuntime().CreateSession(GraphOf(top, x, ("k", Tensor.Of([3L], 1))));
        Assert.Equal([1L, 3, 2], three.Run(given)["y"].Int64s.ToArray());
    }

    [Fact]
    public void ExtremesOfLongNumbersAreFoundByAllDigits()
    {
        var x = Tensor.Of([1L << 60, (1L << 60) + 1], 2);
        using var session = new ReferenceRuntime().CreateSession(GraphOf(new Node("ArgMax", ["x"], ["y"], null, "n", 13), x));
        Assert.Equal([1L], session.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Int64s.ToArray());
    }

    [Fact]
    public void AFirstOutputThatIsLeftOutHidesNoOther()
    {
        var x = Tensor.Of([3f, 1, 4, 1, 5], 5);
        Node top = new("TopK", ["x", "k"], ["", "y"], null, "n", 11);
        using var session = new ManagedRuntime().CreateSession(GraphOf(top, x, ("k", Tensor.Of([2L], 1))));
        Assert.Equal([4L, 2], session.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Int64s.ToArray());
        Node none = new("Relu", ["x"], [""]);
        Assert.Equal("Relu", Assert.Throws<OnnxException>(() => OpRegistry.Of(none).Check(none)).Op);
    }

    private static Tensor Zeros(params int[] dimensions) => Tensor.Zeros(ElementType.Float32, dimensions);

    private static Graph GraphOf(Node node, Tensor x, params (string Name, Tensor Value)[] constants) => new("unclear",
        [new ValueInfo("x", x.Type, x.Dimensions.ToArray())], [node], constants.ToDictionary(c => c.Name, c => c.Value),
        node.Outputs.Where(o => o.Length > 0));

    private static (string? Node, string? Op) Refused(Node node, Tensor x, params (string Name, Tensor Value)[] constants)
    {
        var error = Assert.Throws<OnnxException>(() => GraphOf(node, x, constants));
        return (error.Node, error.Op);
    }
}

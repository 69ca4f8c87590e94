using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Plans;

/// <summary>Plans of one session share what they made of constants: only where it really is the same.</summary>
public sealed class SharedWeightsTests
{
    [Fact]
    public void WhatFollowsFromTheInputsShapeIsMadeForEach()
    {
        // Elements over the number of columns.
        Graph graph = new("sizes", [new ValueInfo("x", ElementType.Float32, [-1, 2, 3, -1])],
            [
                new Node("Shape", ["x"], ["shape"]),
                new Node("Gather", ["shape", "last"], ["columns"]),
                new Node("Cast", ["columns"], ["number"], NodeAttributes.Of(("to", 1))),
                new Node("Div", ["x", "number"], ["y"]),
            ], new Dictionary<string, Tensor> { ["last"] = Tensor.Of([3L], []) }, ["y"]);
        using var session = new ManagedRuntime().CreateSession(graph);
        foreach (var columns in new[] { 4, 8, 4 })
        {
            float[] ones = [.. Enumerable.Repeat(1f, 6 * columns)];
            var y = session.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Of(ones, 1, 2, 3, columns) })["y"];
            Assert.All(y.Floats.ToArray(), value => Assert.Equal(1f / columns, value));
        }
    }

    [Fact]
    public void TwoNormalisationsOfTheSameStatisticsKeepTheirOwnTerms()
    {
        Dictionary<string, Tensor> constants = new()
        {
            ["one"] = Tensor.Of([1f, 1], 2),
            ["zero"] = Tensor.Of([0f, 0], 2),
            ["variance"] = Tensor.Of([1f, 1], 2),
        };
        Node Normalise(string from, string to, float epsilon) =>
            new("BatchNormalization", [from, "one", "zero", "zero", "variance"], [to],
            NodeAttributes.Of(("epsilon", epsilon)));
        Graph graph = new("twice", [new ValueInfo("x", ElementType.Float32, [-1, 2, 2, 2])],
            [Normalise("x", "a", 0), Normalise("x", "b", 3)], constants, ["a", "b"]);
        var x = SmallNetwork.Input(5, 1, 2, 2, 2);
        using var session = new ManagedRuntime().CreateSession(graph);
        var made = session.Run(new Dictionary<string, Tensor> { ["x"] = x });
        Assert.Equal(x.Floats.ToArray(), made["a"].Floats.ToArray());
        Assert.Equal(Array.ConvertAll(x.Floats.ToArray(), value => value / 2), made["b"].Floats.ToArray());
    }
}

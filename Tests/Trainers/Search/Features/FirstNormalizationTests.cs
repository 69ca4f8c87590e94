using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search.Features;

public sealed class FirstNormalizationTests
{
    [Fact]
    public void Scales_written_as_a_normalisation_are_no_statistics()
    {
        Dictionary<string, Tensor> constants = new()
        {
            ["scale"] = Tensor.Of([0.02f, 0.02f], 2),
            ["shift"] = Tensor.Of([-2f, -2f], 2),
            ["zeros"] = Tensor.Of([0f, 0f], 2),
            ["ones"] = Tensor.Of([1f, 1f], 2),
            ["means"] = Tensor.Of([0f, 3f], 2),
        };
        Node Normalization(string input, string output, string means) =>
            new("BatchNormalization", [input, "scale", "shift", means, "ones"], [output]);
        FirstNormalization? Of(params Node[] nodes) => FirstNormalization.Of(new Graph("g",
            [new ValueInfo("x", ElementType.Float32, [-1, 2, 4, 4])], nodes, constants, [nodes[^1].Outputs[0]]));

        Assert.Null(Of(Normalization("x", "y", "zeros")));
        var found = Of(Normalization("x", "y", "zeros"), Normalization("y", "z", "means"));
        Assert.Equal("y", found!.Value);
        Assert.Equal([0, 3], found.Means);
    }
}

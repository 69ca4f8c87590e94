using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>
/// Every operator against outputs computed outside of the engine, by every runtime, with parameters constant and not.
/// </summary>
public class OperatorTests
{
    private const float Tolerance = 2e-5f;

    public static TheoryData<string> Names() => [.. OperatorCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void GivesTheExpectedOutputs(string name)
    {
        var test = OperatorCase.All[name];
        foreach (var constant in new[] { true, false })
        {
            var graph = test.ToGraph(othersAreConstant: constant);
            foreach (var runtime in Runtime.Names.Where(n => n != "onnxruntime"))
            {
                Check(test, graph, runtime);
                Check(test, GraphOptimizer.Optimize(graph), runtime);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SurvivesBeingWrittenAndReadAgain(string name)
    {
        var test = OperatorCase.All[name];
        var graph = test.ToGraph(othersAreConstant: true);
        OnnxReadOptions options = new() { FreeBatch = false };
        var read = OnnxModel.Parse(OnnxWriter.ToBytes(graph), name, options).ToGraph();
        Assert.Equal(graph.Inputs.Select(i => i.ToString()), read.Inputs.Select(i => i.ToString()));
        Check(test, read, "reference");
    }

    [Fact]
    public void EveryOperatorHasACase()
    {
        var tested = OperatorCase.All.Values.Select(c => c.Node.OpType).Distinct();
        Assert.Empty(OpRegistry.Names.Except(tested));
    }

    [Theory]
    [InlineData("Conv", "auto_pad", "SAME")]
    [InlineData("Resize", "mode", "lanczos")]
    [InlineData("ScatterND", "reduction", "add")]
    [InlineData("Resize", "coordinate_transformation_mode", "tf_crop_and_resize")]
    [InlineData("Resize", "keep_aspect_ratio_policy", "other")]
    [InlineData("Pad", "mode", "mirror")]
    [InlineData("DepthToSpace", "mode", "XYZ")]
    [InlineData("Relu", "surprise", "x")]
    public void AnAttributeThatIsNotDoneIsRefusedByName(string op, string attribute, string value)
    {
        var inputs = op is "Conv" or "Pad" ? 2 : op is "Resize" or "ScatterND" ? 3 : 1;
        Node node = new(op, Enumerable.Range(0, inputs).Select(i => $"x{i}"), ["y"],
            NodeAttributes.Of((attribute, value), ("blocksize", 2)).Without(op == "DepthToSpace" ? "" : "blocksize"), "the-node");
        var error = Assert.Throws<OnnxException>(() => OpRegistry.Of(node).Check(node));
        Assert.Equal(("the-node", op), (error.Node, error.Op));
        Assert.Contains(attribute, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BatchNormalization", 5, 14, "training_mode", 1)]
    [InlineData("BatchNormalization", 5, 6, "is_test", 0)]
    [InlineData("BatchNormalization", 5, 8, "spatial", 0)]
    [InlineData("Resize", 3, 18, "antialias", 1)]
    [InlineData("Cast", 1, 13, "to", 8)]
    [InlineData("Cast", 1, 13, "to", 2)]
    [InlineData("Conv", 2, 11, "group", 0)]
    public void AnAttributeValueThatIsNotDoneIsRefused(string op, int inputs, int opset, string attribute, int value)
    {
        Node node = new(op, Enumerable.Range(0, inputs).Select(i => $"x{i}"), ["y"], NodeAttributes.Of((attribute, value)), "n",
            opset);
        Assert.Contains(attribute, Assert.Throws<OnnxException>(() => OpRegistry.Of(node).Check(node)).Message,
            StringComparison.Ordinal);
    }

    private static void Check(OperatorCase test, Graph graph, string runtime)
    {
        using var session = Runtime.ByName(runtime).CreateSession(graph);
        var outputs = session.Run(test.InputsOf(graph));
        Assert.Equal(graph.Outputs, outputs.Keys);
        for (var i = 0; i < test.Outputs.Length; i++)
            TensorAssert.Close(test.Outputs[i], outputs[$"y{i}"], Tolerance);
    }
}

using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Tests.Support;

namespace MlPipeline.Conformance.Tests;

/// <summary>
/// ONNX's light models: nine architectures whose weights are constants. Their input is not stored: it is the numbers 0, 1, 2, ...
/// over their count.
/// </summary>
public class ArchitectureTests
{
    private const string Folder = "light";

    // The plain definitions take seconds to minutes on the larger networks, so they run the smaller ones only.
    [SharedTheory("onnx-conformance", Folder)]
    [InlineData("squeezenet", true)]
    [InlineData("shufflenet", true)]
    [InlineData("bvlc_alexnet", false)]
    [InlineData("zfnet512", false)]
    [InlineData("vgg19", false)]
    [InlineData("inception_v1", false)]
    [InlineData("inception_v2", false)]
    [InlineData("resnet50", false)]
    [InlineData("densenet121", false)]
    public void GivesTheExpectedOutput(string name, bool alsoPlain)
    {
        var graph = OnnxModel.Load(SharedData.PathOf("onnx-conformance", Folder, $"light_{name}.onnx")).ToGraph();
        var expected = TensorFiles.Read(SharedData.PathOf("onnx-conformance", Folder, $"light_{name}_output_0.pb"));
        var input = Assert.Single(graph.Inputs);
        Assert.Equal([-1, 3, 224, 224], input.Dimensions!);
        var optimised = GraphOptimizer.Optimize(graph);
        foreach (var runtime in Engines.Managed)
        {
            if (runtime == "reference" && !alsoPlain)
                continue;

            using var session = Runtime.ByName(runtime).CreateSession(optimised);
            var output = session.Run(new Dictionary<string, Tensor> { [input.Name] = Ramp(1, 3, 224, 224) })[graph.Outputs[0]];
            Close.Check(expected, output, relative: 1e-3f, absolute: 1e-6f);
        }
    }

    private static Tensor Ramp(params int[] shape)
    {
        var count = shape.Aggregate((a, b) => a * b);
        return Tensor.Of([.. Enumerable.Range(0, count).Select(i => (float)((double)i / count))], shape);
    }
}

using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Tests.Support;

namespace MlPipeline.Conformance.Tests;

/// <summary>ONNX's small operator models, by every runtime that needs nothing from outside, plain and optimised.</summary>
public class OperatorModelTests
{
    private const string Folder = "pytorch-converted";

    public static TheoryData<string, string> Models()
    {
        TheoryData<string, string> data = [];
        var folder = SharedData.PathOf("onnx-conformance", Folder);
        var models = Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(f => Path.GetFileName(f)!)
            : ["none"];
        foreach (var model in models.Order(StringComparer.Ordinal))
        {
            foreach (var runtime in Engines.Managed)
                data.Add(model, runtime);
        }

        return data;
    }

    [SharedTheory("onnx-conformance", Folder)]
    [MemberData(nameof(Models))]
    public void GivesTheExpectedOutput(string model, string runtime)
    {
        var folder = SharedData.PathOf("onnx-conformance", Folder, model);
        var graph = OnnxModel.Load(Path.Combine(folder, "model.onnx")).ToGraph();
        var input = TensorFiles.Read(Path.Combine(folder, "test_data_set_0", "input_0.pb"));
        var expected = TensorFiles.Read(Path.Combine(folder, "test_data_set_0", "output_0.pb"));
        foreach (var variant in new[] { graph, GraphOptimizer.Optimize(graph) })
        {
            using var session = Runtime.ByName(runtime).CreateSession(variant);
            var output = session.Run(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = input })[graph.Outputs[0]];
            Close.Check(expected, output, relative: 1e-3f, absolute: 1e-6f);
        }
    }
}

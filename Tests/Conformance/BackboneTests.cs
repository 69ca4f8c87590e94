using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Tests.Support;

namespace MlPipeline.Conformance.Tests;

/// <summary>The backbones beside the checkout: real weights, half precision, fixed and free sizes.</summary>
public class BackboneTests
{
    [SharedFact("backbones", "squeezenet1.1-fp16.onnx")]
    public void SqueezeNetRunsAlikeInEveryRuntimeAndBatch()
    {
        var graph = OnnxModel.Load(SharedData.PathOf("backbones", "squeezenet1.1-fp16.onnx")).ToGraph();
        Assert.Equal([-1, 3, 224, 224], graph.Inputs[0].Dimensions!);
        Assert.Equal([-1, 1000, 1, 1], graph.ShapeOf(graph.Outputs[0]));
        var image = Noise(3, 1, 3, 224, 224);
        var expected = Run("reference", graph, image);
        var actual = Run("managed", graph, image);
        Close.Check(expected, actual, relative: 1e-3f, absolute: 1e-6f);

        float[] three = [.. Noise(4, 1, 3, 224, 224).Floats, .. image.Floats, .. image.Floats];
        var batch = Run("managed", graph, Tensor.Of(three, 3, 3, 224, 224));
        Assert.Equal(actual.Floats.ToArray(), batch.Floats[1000..2000].ToArray());
        Assert.Equal(actual.Floats.ToArray(), batch.Floats[2000..].ToArray());
    }

    [SharedFact("backbones", "bootstrap-resnet.onnx")]
    public void TheDefaultBackboneKeepsItsPromises()
    {
        var graph = OnnxModel.Load(SharedData.PathOf("backbones", "bootstrap-resnet.onnx")).ToGraph();
        Assert.Equal([-1, 3, -1, -1], graph.Inputs[0].Dimensions!);
        Assert.Equal([-1, 256, -1, -1], graph.ShapeOf("feature_map"));
        var optimised = GraphOptimizer.Optimize(graph);
        Assert.Equal(12, optimised.Nodes.Count(n => n.OpType == "Conv"));
        Assert.DoesNotContain(optimised.Nodes, n => n.OpType is "Cast" or "Relu" or "Add");
        foreach (var variant in new[] { graph, optimised })
        {
            using var session = new ReferenceRuntime().CreateSession(variant);
            var outputs = session.Run(
                new Dictionary<string, Tensor> { ["pixels"] = Noise(5, 2, 3, 48, 64) });
            Assert.Equal([2, 256, 3, 4], outputs["feature_map"].Dimensions.ToArray());
            float[] means = [.. outputs["feature_map"].Floats.ToArray().Chunk(12).Select(plane => plane.Average())];
            Close.Check(Tensor.Of(means, 2, 256), outputs["pooled"], relative: 1e-4f, absolute: 1e-5f);
        }
    }

    private static Tensor Run(string runtime, Graph graph, Tensor input)
    {
        using var session = Runtime.ByName(runtime).CreateSession(graph);
        return session.Run(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = input })[graph.Outputs[0]];
    }

    private static Tensor Noise(int seed, params int[] shape)
    {
        Random random = new(seed);
        return Tensor.Of([.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle() * 255)],
            shape);
    }
}

using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Runtimes;

public class OnnxRuntimeTests
{
    [PeerFact]
    public void A_provider_that_the_library_lacks_is_refused_with_those_it_has_and_the_package_that_has_it()
    {
        var error = Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntime(new OnnxRuntimeOptions { Provider = "Nonsense" }));
        Assert.Contains("Nonsense", error.Message, StringComparison.Ordinal);
        Assert.Contains("CPU", error.Message, StringComparison.Ordinal);
        if (!new OnnxRuntime().Providers.Contains("CUDA"))
        {
            var gpu = Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntime(new OnnxRuntimeOptions { Provider = "cuda" }));
            Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", gpu.Message, StringComparison.Ordinal);
        }
    }

    [PeerFact]
    public void The_provider_is_found_in_any_spelling()
    {
        var runtime = new OnnxRuntime(new OnnxRuntimeOptions { Provider = "cpuexecutionprovider" });
        Assert.Equal(new OnnxRuntime().Identity, runtime.Identity);
        Assert.Throws<ArgumentException>(() => new OnnxRuntimeOptions { Provider = " " });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxRuntimeOptions { Device = -1 });
    }

    [PeerFact]
    public void Identities_tell_runtimes_versions_and_providers_apart()
    {
        var peer = new OnnxRuntime();
        Assert.StartsWith($"onnxruntime {peer.Version} CPU 0 ", peer.Identity, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+$", peer.Version);
        var plain = new OnnxRuntime(new OnnxRuntimeOptions { Optimization = GraphOptimizationLevel.None });
        string[] all = [peer.Identity, plain.Identity, new ManagedRuntime().Identity, new ReferenceRuntime().Identity];
        Assert.Distinct(all);
        Assert.All(all, i => Assert.DoesNotContain('\n', i));
    }

    [PeerFact]
    public void A_file_is_opened_as_ONNX_Runtime_reads_it()
    {
        var graph = ArchitectureCatalog.ByName("lenet5").Build();
        var path = Path.GetTempFileName();
        try
        {
            Assert.Contains("ONNX Runtime", Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntime().OpenModel(path)).Message,
                StringComparison.Ordinal);
            OnnxWriter.Save(graph, path);
            using var ours = new OnnxRuntime().CreateSession(graph);
            using var theirs = new OnnxRuntime().OpenModel(path, threads: 1);
            Assert.Equal(ours.Inputs.Select(i => i.ToString()), theirs.Inputs.Select(i => i.ToString()));
            Assert.Equal(ours.Outputs.Select(o => o.Name), theirs.Outputs.Select(o => o.Name));
            var input = Input(graph.Inputs[0], 3);
            Assert.Equal(ours.Run(input)["logits"].Floats, theirs.Run(input)["logits"].Floats);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [PeerTheory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Bool)]
    public void Every_type_that_tensors_hold_goes_in_and_out(ElementType type)
    {
        var input = new ValueInfo("x", type, [-1, 2]);
        var graph = new Graph("g", [input], [new Node("Identity", ["x"], ["y"], null, "n", 13)],
            new Dictionary<string, Tensor>(), ["y"]);
        using var session = new OnnxRuntime().CreateSession(graph);
        var given = type switch
        {
            ElementType.Float32 => Tensor.Of([1f, -2, 3, 4], 2, 2),
            ElementType.Int64 => Tensor.Of([1L, -2, 3, 4], 2, 2),
            ElementType.Int32 => Tensor.Of([1, -2, 3, 4], 2, 2),
            _ => Tensor.Of([true, false, false, true], 2, 2),
        };
        Assert.True(given.HasSameElementsAs(session.Run(new Dictionary<string, Tensor> { ["x"] = given })["y"]));
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = given }));
    }

    // Odd sizes, fewer classes: every architecture is there, and the whole suite stays short.
    [PeerTheory]
    [InlineData("lenet5", 32)]
    [InlineData("alexnet", 131)]
    [InlineData("zfnet", 129)]
    [InlineData("vgg16", 45)]
    [InlineData("vgg19-bn", 39)]
    [InlineData("googlenet", 97)]
    [InlineData("inceptionv3", 139)]
    [InlineData("resnet18", 111)]
    [InlineData("resnet34", 65)]
    [InlineData("resnet50", 97)]
    [InlineData("resnet101", 65)]
    [InlineData("resnet152", 65)]
    [InlineData("resnet18-v2", 75)]
    [InlineData("resnet50-v2", 97)]
    [InlineData("densenet121", 97)]
    [InlineData("squeezenet1.0", 113)]
    [InlineData("squeezenet1.1", 99)]
    [InlineData("mobilenetv2", 101)]
    public void The_managed_engine_agrees_on_every_architecture(string name, int size)
    {
        var graph = ArchitectureCatalog.ByName(name).Build(new ArchitectureOptions { InputSize = size, Classes = 13, Seed = 3 });
        using var managed = new ManagedRuntime().CreateSession(graph);
        using var peer = new OnnxRuntime().CreateSession(graph);
        foreach (var batch in (int[])[1, 7])
        {
            var input = Input(graph.Inputs[0], batch);
            var expected = peer.Run(input)["logits"].Floats.ToArray();
            var actual = managed.Run(input)["logits"].Floats.ToArray();
            var largest = expected.Max(Math.Abs);
            var difference = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            Assert.True(largest > 0);
            Assert.True(difference <= 1e-5 * largest,
                $"{name}, batch {batch}: {difference / largest:0.0e0} of the largest output");
        }
    }

    private static Dictionary<string, Tensor> Input(ValueInfo input, int batch)
    {
        int[] shape = [batch, .. input.Dimensions!.Skip(1)];
        var random = new Random(11);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle() * 2 - 1)];
        return new Dictionary<string, Tensor> { [input.Name] = Tensor.Of(values, shape) };
    }
}

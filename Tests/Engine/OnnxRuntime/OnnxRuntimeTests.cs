using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.OnnxRuntimes;

public class OnnxRuntimeTests
{
    [Fact]
    public void A_library_that_is_not_there_is_named()
    {
        var error = Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntime(new OnnxRuntimeOptions { LibraryPath = "absent/libonnxruntime.so" }));
        Assert.Contains("absent/libonnxruntime.so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_named()
    {
        var path = typeof(OnnxRuntimeTests).Assembly.Location + ".none";
        File.WriteAllText(path, "no library");
        var error = Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntime(new OnnxRuntimeOptions { LibraryPath = path }));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public void A_provider_that_the_library_lacks_is_refused_with_those_it_has()
    {
        var graph = ArchitectureCatalog.ByName("lenet5").Build();
        var runtime = new OnnxRuntime(new OnnxRuntimeOptions { Provider = "Nonsense" });
        var error = Assert.Throws<OnnxRuntimeException>(() => runtime.CreateSession(graph));
        Assert.Contains("Nonsense", error.Message, StringComparison.Ordinal);
        Assert.Contains("CPU", error.Message, StringComparison.Ordinal);
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
        using var peer = Peer.Runtime!.CreateSession(graph);
        foreach (var batch in (int[])[1, 7])
        {
            var input = Input(graph.Inputs[0], batch);
            var expected = peer.Run(input)["logits"].Floats.ToArray();
            var actual = managed.Run(input)["logits"].Floats.ToArray();
            var largest = expected.Max(Math.Abs);
            var difference = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            Assert.True(largest > 0);
            Assert.True(difference <= 1e-5 * largest, $"{name}, batch {batch}: {difference / largest:0.0e0} of the largest output");
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

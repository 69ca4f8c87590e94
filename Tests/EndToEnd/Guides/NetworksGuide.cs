using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/networks.md.</summary>
internal static class NetworksGuide
{
    private static async Task PullAsync()
    {
        // <guide>
        var options = new BackbonePullOptions { Mirror = "mirror" };
        BackboneEntry pulled = await BackboneCatalog.PullAsync("resnet18", options, home: "networks");
        Backbone resnet = BackboneCatalog.Resolve(pulled.Name, home: "networks");
        // </guide>
        Assert.Equal(pulled.Sha256, resnet.Sha256);
    }

    public static void Run()
    {
        Directory.CreateDirectory("mirror");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"),
            Path.Combine("mirror", "ResNet18.onnx"));
        PullAsync().GetAwaiter().GetResult();

        var ml = new MLContext(seed: 1);
        OnnxWriter.Save(ArchitectureCatalog.ByName("inceptionv3").Build(), "inception.onnx");

        // <guide>
        var known = new BackboneOptions { Preprocessing = Preprocessing.Torch(299) };
        Backbone network = BackboneCatalog.Resolve("inception.onnx", known);
        foreach (var stage in network.Stages)
            Console.WriteLine($"{stage.Name}: {stage.Shape}");
        // </guide>
        Assert.NotEmpty(network.Stages);

        // <guide>
        var features = ml.Transforms.ApplyBackbone(BackboneCatalog.Resolve("resnet18").WithFeatures("stage4+pooled"));
        // </guide>
        Assert.NotNull(features);

        // A machine without the GPU's package is told which one it is.
        try
        {
            OnGpu(ml);
        }
        catch (OnnxRuntimeException e)
        {
            Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", e.Message, StringComparison.Ordinal);
        }
    }

    private static void OnGpu(MLContext ml)
    {
        // <guide>
        var options = new BackboneRunOptions { Runtime = new OnnxRuntime(new OnnxRuntimeOptions { Provider = "CUDA" }) };
        var onGpu = ml.Transforms.ApplyBackbone("resnet18", options: options);
        // </guide>
        Assert.NotNull(onGpu);
    }
}

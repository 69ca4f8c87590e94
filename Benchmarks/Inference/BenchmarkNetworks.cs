using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>The networks that are timed: every architecture with seeded random weights, and a trained one from a
/// package.</summary>
internal static class BenchmarkNetworks
{
    /// <summary>The ResNet-18 of Microsoft.ML.DnnImageFeaturizer.ResNet18, in ML.NET's own form.</summary>
    public const string Packaged = "resnet18-mlnet";

    public static IReadOnlyList<string> Names { get; } = [.. ArchitectureCatalog.All.Select(a => a.Name), Packaged];

    /// <summary>The name as it is listed, whatever the case it was asked for in.</summary>
    /// <exception cref="ArgumentException">There is no such network; the message lists them.</exception>
    public static string Find(string name) =>
        Names.FirstOrDefault(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no network '{name}'; there are {string.Join(", ", Names)}.");

    /// <summary>Writes it to a file that both runtimes read, for batches of any size.</summary>
    public static void Save(string name, string path)
    {
        Graph graph;
        if (name == Packaged)
        {
            var file = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
            graph = OnnxModel.Load(file).ToGraph();
        }
        else
        {
            graph = ArchitectureCatalog.ByName(name).Build();
        }

        OnnxWriter.Save(graph, path);
    }
}

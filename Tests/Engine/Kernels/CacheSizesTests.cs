using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Tests.Plans;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class CacheSizesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("caches-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ReadsWhatLinuxLists()
    {
        List(0, "1", "32K");
        List(1, "1", "64K");
        List(2, "2", "512K");
        List(3, "3", "16384K");
        Assert.Equal(new CacheSizes(512 << 10, 16 << 20), CacheSizes.FromSystem(_folder));
    }

    [Fact]
    public void KnowsNothingWhereNothingIsListed()
    {
        Assert.Null(CacheSizes.FromSystem(Path.Combine(_folder, "none")));
        Assert.Null(CacheSizes.FromSystem(_folder));
        List(0, "2", "huge");
        Assert.Null(CacheSizes.FromSystem(_folder));
        Directory.CreateDirectory(Path.Combine(_folder, "index1"));
        Assert.Null(CacheSizes.FromSystem(_folder));
    }

    [Fact]
    public void WhatIsToldIsBroughtToWhatCanBeUsed()
    {
        Assert.Equal(CacheSizes.Typical, CacheSizes.Sensible(null));
        Assert.Equal(new CacheSizes(2 << 20, 8 << 20), CacheSizes.Sensible(new CacheSizes(16 << 20, 0)));
        Assert.Equal(new CacheSizes(1 << 20, 32 << 20), CacheSizes.Sensible(new CacheSizes(0, int.MaxValue)));
        Assert.Equal(new CacheSizes(256 << 10, 4 << 20), CacheSizes.Sensible(new CacheSizes(1, 1)));
    }

    [Fact]
    public void ThisMachinesAreOnesThatWorkCanBeCutFor()
    {
        var used = CacheSizes.OfThisMachine;
        Assert.InRange(used.Second, 256 << 10, 2 << 20);
        Assert.InRange(used.Third, 4 << 20, 32 << 20);
        Assert.Equal(used, KernelSet.Best.Caches);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("googlenet")]
    public void ResultsDoNotDependOnThem(string network)
    {
        var graph = GraphOptimizer.Optimize(
            ArchitectureCatalog.ByName(network).Build(new ArchitectureOptions { InputSize = 96, Classes = 5 })
                .WithOutputs("logits"));
        var images = SmallNetwork.Input(5, 3, 3, 96, 96);
        float[] Run(CacheSizes caches, int threads)
        {
            using var session = new ManagedSession(graph, threads, KernelSet.Supported(caches)[0]);
            return session.Run(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = images })["logits"].Floats.ToArray();
        }

        var expected = Run(CacheSizes.Typical, 1);
        Assert.Equal(expected, Run(new CacheSizes(256 << 10, 4 << 20), 1));
        Assert.Equal(expected, Run(new CacheSizes(256 << 10, 4 << 20), 2));
        Assert.Equal(expected, Run(new CacheSizes(2 << 20, 16 << 20), 2));
    }

    private void List(int index, string level, string size)
    {
        var cache = Directory.CreateDirectory(Path.Combine(_folder, $"index{index}")).FullName;
        File.WriteAllText(Path.Combine(cache, "level"), level + "\n");
        File.WriteAllText(Path.Combine(cache, "size"), size + "\n");
    }
}

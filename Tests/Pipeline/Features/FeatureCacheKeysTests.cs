using MlPipeline.Data.FeatureCache;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Tests;

public class FeatureCacheKeysTests
{
    [Theory]
    [InlineData("onnxruntime 1.31.1 CPU", "onnxruntime 1.31.1 CUDA")]
    [InlineData("onnxruntime 1.31.1 CPU", "onnxruntime 1.30.0 CPU")]
    [InlineData("onnxruntime 1.31.1 CPU", "managed 1")]
    public void Runtimes_that_may_give_other_bits_have_other_keys(string one, string other)
    {
        Assert.NotEqual(Key(one), Key(other));
        Assert.Equal(Key(one), Key(one));
    }

    [Fact]
    public void The_managed_engine_is_the_default_and_counts_by_its_build()
    {
        var key = FeatureCacheKeys.For(TestNetworks.MeanPooled, new BackboneRunOptions());
        Assert.Equal(key,
            FeatureCacheKeys.For(TestNetworks.MeanPooled, new BackboneRunOptions { Runtime = new ManagedRuntime() }));
        Assert.NotEqual(key,
            FeatureCacheKeys.For(TestNetworks.MeanPooled, new BackboneRunOptions { Runtime = new ReferenceRuntime() }));
        Assert.Contains(typeof(ManagedRuntime).Module.ModuleVersionId.ToString("N"), key.Graph, StringComparison.Ordinal);
    }

    [Fact]
    public void Decoders_and_their_versions_have_other_keys()
    {
        var options = new BackboneRunOptions();
        var keys = ((string?[])["skiasharp 2.88.8", "skiasharp 2.88.9", null])
            .Select(decoder => FeatureCacheKeys.For(TestNetworks.MeanPooled, options, decoder)).ToArray();
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Contains($"decoder {ImageDecoder.Identity}", keys[2].Preprocessing, StringComparison.Ordinal);
    }

    private static FeatureCacheKey Key(string identity) =>
        FeatureCacheKeys.For(TestNetworks.MeanPooled, new BackboneRunOptions { Runtime = new Named(identity) });

    private sealed class Named(string identity) : IRuntime
    {
        public string Name => "named";

        public string Identity => identity;

        public ISession CreateSession(Graph graph, SessionOptions? options = null) =>
            throw new NotSupportedException("Only the name is asked for.");
    }
}

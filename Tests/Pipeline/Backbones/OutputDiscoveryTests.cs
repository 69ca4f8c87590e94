using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Tests.Support;

namespace MlPipeline.Pipeline.Tests;

public sealed class OutputDiscoveryTests
{
    [Theory]
    [InlineData("mean-pooled", "map", 6, "mean", 6, true, "scores", true)]
    [InlineData("fully-connected", "map", 6, "penultimate", 10, false, "scores", true)]
    [InlineData("class-maps", "map", 6, "pooled_features", 6, true, "mean", false)]
    public void Outputs_are_found_from_the_graph(
        string network, string map, int channels, string pooled, int features, bool isMean, string logits, bool classifier)
    {
        var backbone = TestNetworks.Open(network);

        Assert.Equal(map, backbone.FeatureMapName);
        Assert.Equal(new FeatureMapShape(channels, 4, 4), backbone.FeatureMapShape);
        Assert.Equal((pooled, features), (backbone.PooledName, backbone.FeatureCount));
        Assert.Equal(isMean, backbone.PooledIsMeanOfMap);
        Assert.Equal((logits, 4), (backbone.LogitsName, backbone.ClassCount));
        Assert.Equal(classifier, backbone.Classifier is not null);
    }

    [Theory]
    [InlineData("mean-pooled")]
    [InlineData("fully-connected")]
    public void The_classifier_gives_the_logits_of_the_pooled_features(string network)
    {
        var backbone = TestNetworks.Open(network);
        using var raster = TestImages.Noise(32, 32, 9);
        var pixels = new float[backbone.Preprocessing.Length];
        backbone.Preprocessing.Write(raster, pixels);
        var names = new[] { backbone.PooledName!, backbone.LogitsName! };
        using var session = new ReferenceRuntime().CreateSession(backbone.Graph, new SessionOptions { Outputs = names });
        var values = session.Run(new Dictionary<string, Tensor> { [backbone.InputName] = Tensor.Of(pixels, 1, 3, 32, 32) });

        var (pooled, logits) = (values[names[0]].Floats.ToArray(), values[names[1]].Floats.ToArray());
        var head = backbone.Classifier!;
        for (var c = 0; c < 4; c++)
        {
            var expected = head.Biases[c] + head.WeightsOf(c).ToArray().Zip(pooled, (w, f) => w * f).Sum();
            Assert.Equal(expected, logits[c], 1e-4f);
        }
    }

    [Fact]
    public void Names_given_by_hand_come_first_and_wrong_ones_are_refused()
    {
        var deeper = TestNetworks.Open("mean-pooled", new BackboneOptions { FeatureMap = "r1" });

        Assert.Equal(("r1", 8, true), (deeper.FeatureMapName, deeper.FeatureCount, deeper.PooledIsMeanOfMap));
        Assert.Null(deeper.Classifier);
        var error =
            Assert.Throws<BackboneException>(() => TestNetworks.Open("mean-pooled", new BackboneOptions { Pooled = "nothing" }));
        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);
        Assert.Throws<BackboneException>(() => TestNetworks.Open("mean-pooled", new BackboneOptions { ClassNames = ["one"] }));
    }

    [Fact]
    public void A_preprocessing_that_does_not_fit_the_input_is_refused()
    {
        var error = Assert.Throws<BackboneException>(
            () => TestNetworks.Open("fully-connected", new BackboneOptions { Preprocessing = Preprocessing.Torch() }));
        Assert.Contains("the network takes 32 x 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_layout_is_the_networks()
    {
        var other = TestNetworks.Recipe with { Layout = PixelLayout.Nhwc };

        var backbone = TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = other });

        Assert.Equal(TestNetworks.Recipe, backbone.Preprocessing);
        Assert.Equal(NetworkOutputs.Softmax, backbone.OutputKind);
    }

    [Fact]
    public void A_network_whose_layers_take_any_size_is_given_another_one()
    {
        var backbone = TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = TestNetworks.Recipe.WithSize(64) });

        Assert.Equal((64, 68), (backbone.Preprocessing.Width, backbone.Preprocessing.ShorterSide));
        Assert.Equal((new FeatureMapShape(6, 8, 8), 6, 4),
            (backbone.FeatureMapShape!.Value, backbone.FeatureCount, backbone.ClassCount));
    }

    [Fact]
    public void The_embedded_network_is_a_linear_layer_on_a_mean()
    {
        var backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap);

        Assert.Equal(("feature_map", "pooled", "logits"), (backbone.FeatureMapName, backbone.PooledName, backbone.LogitsName));
        Assert.Equal((256, 200, true), (backbone.FeatureCount, backbone.ClassCount, backbone.PooledIsMeanOfMap));
        Assert.Equal(backbone.Preprocessing.Width / 16, backbone.FeatureMapShape!.Value.Width);
        Assert.Equal(200 * 256, backbone.Classifier!.Weights.Length);
        Assert.Equal("goldfish", backbone.Classifier.ClassNames[0]);
        Assert.Empty(backbone.Notes);
    }

    [SharedTheory("onnx-conformance", "light")]
    [InlineData("bvlc_alexnet", 256, 6, 4096, false, true)]
    [InlineData("densenet121", 1024, 7, 1024, true, true)]
    [InlineData("inception_v1", 1024, 6, 1024, true, true)]
    [InlineData("inception_v2", 1024, 7, 1024, true, true)]
    [InlineData("resnet50", 2048, 7, 2048, true, true)]
    [InlineData("shufflenet", 544, 7, 544, true, true)]
    [InlineData("squeezenet", 512, 13, 512, true, false)]
    [InlineData("vgg19", 512, 7, 4096, false, true)]
    [InlineData("zfnet512", 512, 6, 1024, false, true)]
    public void Outputs_of_the_classic_architectures_are_found(
        string network, int channels, int side, int features, bool isMean, bool classifier)
    {
        var backbone = BackboneCatalog.Resolve(SharedData.PathOf("onnx-conformance", "light", $"light_{network}.onnx"));

        Assert.Equal(new FeatureMapShape(channels, side, side), backbone.FeatureMapShape);
        Assert.Equal((features, isMean), (backbone.FeatureCount, backbone.PooledIsMeanOfMap));
        Assert.Equal((1000, classifier), (backbone.ClassCount, backbone.Classifier is not null));
    }

    [SharedFact("backbones", "squeezenet1.1-fp16.onnx")]
    public void The_published_squeezenet_is_recognised_by_its_content()
    {
        var backbone = BackboneCatalog.Resolve(SharedData.PathOf("backbones", "squeezenet1.1-fp16.onnx"));

        Assert.Equal(Preprocessing.Caffe(), backbone.Preprocessing);
        Assert.Equal((new FeatureMapShape(512, 13, 13), 512, true),
            (backbone.FeatureMapShape!.Value, backbone.FeatureCount, backbone.PooledIsMeanOfMap));
        Assert.Equal(("squeezenet1.1-fp16", "MIT"), (backbone.Name, backbone.Licence));
        Assert.Empty(backbone.Notes);
    }
}

using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Summaries;

namespace MlPipeline.Engine.Tests.Architectures;

public class ArchitectureTests
{
    public static TheoryData<string> Names => [.. ArchitectureCatalog.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_as_many_parameters_as_published(string name)
    {
        var architecture = ArchitectureCatalog.ByName(name);
        var summary = NetworkSummary.Of(WithoutWeights(name));
        Assert.Equal(architecture.PublishedParameters, summary.Parameters);
    }

    /// <summary>TensorFlow's slim counts 10,173,112 without the classifier. Its first layer is a depthwise 7x7 (8 maps a
    /// channel), then a 1x1 with biases and no normalisation; a normalisation has a shift, a mean and a variance, and no
    /// scale.</summary>
    [Fact]
    public void Inception_v2_has_the_layers_of_slims()
    {
        var constants = WithoutWeights("inceptionv2").Constants;
        long Count(string ending) => constants
            .Where(c => c.Key.EndsWith(ending, StringComparison.Ordinal)).Sum(c => c.Value.Length);
        var firstLayer = constants["conv1.conv.weight"].Length + (3 * constants["conv1.norm.shift"].Length);

        Assert.Equal(10_173_112, Count(".conv.weight") + Count(".norm.shift") + Count(".norm.mean") + Count(".norm.variance")
            - firstLayer + (3 * 8 * 7 * 7) + (3 * 8 * 64) + 64);
    }

    [Theory]
    [InlineData("resnet18", 1_814_073_344)]
    [InlineData("resnet50", 4_089_184_256)]
    [InlineData("vgg16", 15_470_264_320)]
    [InlineData("mobilenetv2", 300_774_272)]
    [InlineData("densenet121", 2_834_161_664)]
    public void Has_as_many_multiply_adds_as_published(string name, long expected) =>
        Assert.Equal(expected, NetworkSummary.Of(WithoutWeights(name)).MultiplyAdds);

    [Theory]
    [InlineData("resnet18", 160, 7)]
    [InlineData("vgg16", 64, 3)]
    [InlineData("inceptionv3", 139, 12)]
    [InlineData("lenet5", 28, 10)]
    [InlineData("resnet20", 28, 10)]
    public void Is_built_for_any_size_and_number_of_classes(string name, int size, int classes)
    {
        var graph = ArchitectureCatalog.ByName(name)
            .Build(new ArchitectureOptions { InputSize = size, Classes = classes, DrawWeights = false });
        Assert.Equal([-1, classes], graph.ShapeOf("logits"));
        Assert.Equal(size, graph.Inputs[0].Dimensions![2]);
    }

    [Theory]
    [InlineData("lenet5", null, 1)]
    [InlineData("lenet5", 3, 3)]
    [InlineData("resnet20", 1, 1)]
    [InlineData("resnet20", null, 3)]
    public void Is_built_for_grey_pictures_or_colours(string name, int? channels, int expected)
    {
        var architecture = ArchitectureCatalog.ByName(name);
        var graph = architecture.Build(architecture.Defaults with { Channels = channels, DrawWeights = false });
        Assert.Equal([-1, expected, 32, 32], graph.Inputs[0].Dimensions!);
        Assert.Throws<ArgumentOutOfRangeException>(() => architecture.Defaults with { Channels = 2 });
    }

    [Fact]
    public void Same_seed_gives_the_same_weights_and_another_seed_others()
    {
        var network = ArchitectureCatalog.ByName("squeezenet1.1");
        float[] Weights(int seed) =>
            network.Build(new ArchitectureOptions { Seed = seed }).Constants["fire5.expand3.weight"].Floats.ToArray();
        Assert.Equal(Weights(3), Weights(3));
        Assert.NotEqual(Weights(3), Weights(4));
    }

    [Fact]
    public void Weights_have_the_deviation_of_their_initialisation()
    {
        var graph = ArchitectureCatalog.ByName("resnet18").Build();
        var weights = graph.Constants["stage3.block2.conv1.weight"].Floats.ToArray();
        var deviation = Math.Sqrt(weights.Average(w => (double)w * w));
        Assert.Equal(Math.Sqrt(2.0 / (256 * 9)), deviation, 0.0005);
        Assert.Equal(0, weights.Average(w => (double)w), 0.0005);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => ArchitectureCatalog.ByName("resnet19"));
        Assert.Contains("resnet18", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18", "feature_map", 435)]
    [InlineData("vgg16", "conv5_3", 196)]
    [InlineData("alexnet", "conv5", 163)]
    public void Receptive_fields_are_those_of_the_literature(string name, string layer, int expected)
    {
        var summary = NetworkSummary.Of(WithoutWeights(name)).Layers.Single(l => l.Name == layer);
        Assert.Equal([expected, expected], summary.ReceptiveField);
    }

    private static Graph WithoutWeights(string name)
    {
        var architecture = ArchitectureCatalog.ByName(name);
        var defaults = architecture.Defaults;
        return architecture.Build(defaults with { DrawWeights = false });
    }
}

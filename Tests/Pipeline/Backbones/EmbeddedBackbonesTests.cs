using System.Security.Cryptography;

namespace MlPipeline.Pipeline.Tests;

public sealed class EmbeddedBackbonesTests
{
    [Fact]
    public void The_default_network_and_its_labels_are_inside()
    {
        var onnx = EmbeddedBackbones.Read(EmbeddedBackbones.Bootstrap);
        var names = EmbeddedBackbones.ClassNames(EmbeddedBackbones.Bootstrap);

        Assert.Equal(
            "0f0a11a8c1f4d54de6a649eca230e7f1a3885ff22ecf53f663f022546afc3547",
            Convert.ToHexStringLower(SHA256.HashData(onnx)));
        Assert.Equal(200, names.Count);
        Assert.Equal("goldfish", names[0]);
        Assert.Equal(200, names.Distinct().Count());
    }

    [Fact]
    public void An_unknown_name_lists_those_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => EmbeddedBackbones.Read("nothing"));
        Assert.Contains(EmbeddedBackbones.Bootstrap, error.Message, StringComparison.Ordinal);
    }
}

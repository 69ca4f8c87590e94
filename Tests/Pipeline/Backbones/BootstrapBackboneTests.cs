namespace MlPipeline.Pipeline.Tests;

public sealed class BootstrapBackboneTests
{
    [Fact]
    public void The_small_network_and_its_labels_are_inside_the_library()
    {
        var backbone = BackboneCatalog.Resolve(BackboneCatalog.Bootstrap);

        Assert.Equal("0f0a11a8c1f4d54de6a649eca230e7f1a3885ff22ecf53f663f022546afc3547", backbone.Sha256);
        Assert.Equal((200, "goldfish"), (backbone.ClassNames.Count, backbone.ClassNames[0]));
        Assert.Equal(200, backbone.ClassNames.Distinct().Count());
    }
}

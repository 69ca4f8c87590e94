using MlPipeline.Engine.Onnx;
using MlPipeline.Imaging;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Tests;

public sealed class BackboneCatalogTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("mlpipeline-home-").FullName;

    [Fact]
    public void A_registered_file_is_found_by_name_with_what_was_said_of_it()
    {
        var file = Copy("mean-pooled", "net.onnx");
        var options = new BackboneOptions
        {
            Name = "mine",
            Preprocessing = TestNetworks.Recipe,
            ClassNames = ["a", "b", "c", "d"],
            Licence = "ours",
        };

        var entry = BackboneCatalog.Add(file, options, _home);
        var opened = BackboneCatalog.Resolve("mine", home: _home);

        Assert.Equal((file, BackboneKind.Registered), (entry.Path, entry.Kind));
        Assert.Equal(TestNetworks.Recipe, opened.Preprocessing);
        Assert.Equal(["a", "b", "c", "d"], opened.ClassNames);
        Assert.Equal(("mine", "ours", "mean"), (opened.Name, opened.Licence, opened.PooledName));
        Assert.Contains(BackboneCatalog.List(_home), e => e.Name == "mine");
        Assert.Contains(BackboneCatalog.List(_home), e => e.Name == BackboneCatalog.Bootstrap && e.Kind == BackboneKind.Embedded);
        Assert.True(BackboneCatalog.List(_home).Count(e => e.Kind == BackboneKind.Known) >= 30);
    }

    [Fact]
    public void Verifying_sees_a_changed_and_a_missing_file()
    {
        var file = Copy("mean-pooled", "net.onnx");
        BackboneCatalog.Add(file, new BackboneOptions { Preprocessing = TestNetworks.Recipe }, _home);
        Assert.All(BackboneCatalog.Verify(home: _home), v => Assert.True(v.IsGood, v.Problem));

        File.Copy(TestNetworks.PathOf("class-maps.onnx"), file, overwrite: true);
        Assert.Contains("not the one that was registered", BackboneCatalog.Verify("net", _home).Single().Problem,
            StringComparison.Ordinal);
        Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("net", home: _home));

        File.Delete(file);
        Assert.Contains("cannot be read", BackboneCatalog.Verify("net", _home).Single().Problem, StringComparison.Ordinal);
        Assert.True(BackboneCatalog.Remove("net", _home));
        Assert.False(BackboneCatalog.Remove("net", _home));
    }

    [Fact]
    public void A_sidecar_says_what_the_file_does_not()
    {
        var file = Copy("mean-pooled", "net.onnx");
        Assert.NotEmpty(BackboneCatalog.Resolve(file, home: _home).Notes);

        File.WriteAllText(file + ".json", """
            { "name": "told", "preprocessing": { "width": 32, "height": 32, "shorterSide": 40, "colorOrder": "Bgr" },
              "licence": "free" }
            """);
        var told = BackboneCatalog.Resolve(file, home: _home);

        Assert.Equal(("told", 40, ColorOrder.Bgr, "free"),
            (told.Name, told.Preprocessing.ShorterSide, told.Preprocessing.ColorOrder, told.Licence));
        Assert.Empty(told.Notes);
        File.WriteAllText(file + ".json", "{ nonsense");
        Assert.Contains("net.onnx.json",
            Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve(file, home: _home)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_names_say_what_there_is()
    {
        var unknown = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("nothing-like-it", home: _home));
        Assert.Contains(BackboneCatalog.Bootstrap, unknown.Message, StringComparison.Ordinal);

        var published = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("resnet18-v1", home: _home));
        Assert.Contains("resnet18-v1-7.onnx", published.Message, StringComparison.Ordinal);
        Assert.Throws<BackboneException>(() => BackboneCatalog.Add(Path.Combine(_home, "none.onnx"), home: _home));
        var taken = new BackboneOptions { Name = BackboneCatalog.Bootstrap, Preprocessing = TestNetworks.Recipe };
        Assert.Throws<BackboneException>(() => BackboneCatalog.Add(TestNetworks.PathOf("mean-pooled.onnx"), taken, _home));
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused_by_name()
    {
        var file = Path.Combine(_home, "text.onnx");
        File.WriteAllText(file, "this is no network");

        var error = Assert.Throws<OnnxException>(() => BackboneCatalog.Resolve(file, home: _home));
        Assert.Contains("text.onnx", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private string Copy(string network, string name)
    {
        var path = Path.Combine(_home, name);
        File.Copy(TestNetworks.PathOf(network + ".onnx"), path);
        return path;
    }
}

using MlPipeline.Engine.Runtimes;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Tests;

/// <summary>ResNet-18 with real weights, from the package Microsoft.ML.DnnImageFeaturizer.ResNet18.</summary>
public sealed class PackagedBackboneTests : IDisposable
{
    private readonly TestImages _images = new(3, 300, 240);

    [Fact]
    public void A_referenced_package_is_found_by_name_and_its_file_wherever_it_lies()
    {
        var byName = BackboneCatalog.Resolve("resnet18");
        var entry = Assert.Single(BackboneCatalog.List(_images.Root), e => e.Kind == BackboneKind.Package);
        var copy = _images.PathOf("Elsewhere.onnx");
        File.Copy(entry.Path!, copy);
        var byFile = BackboneCatalog.Resolve(copy);

        Assert.Equal(("resnet18", "MIT", 512), (byName.Name, byName.Licence, byName.FeatureCount));
        Assert.Equal((new FeatureMapShape(512, 7, 7), true, null),
            (byName.FeatureMapShape, byName.PooledIsMeanOfMap, byName.LogitsName));
        Assert.Equal(Preprocessing.Caffe(), byName.Preprocessing);
        Assert.Equal((byName.Sha256, byName.Preprocessing), (byFile.Sha256, byFile.Preprocessing));
        Assert.Empty(byFile.Notes);
        Assert.All(BackboneCatalog.Verify("resnet18"), v => Assert.Null(v.Problem));
    }

    [Fact]
    public void A_package_that_is_not_referenced_is_named()
    {
        var error = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("resnet50"));
        Assert.Contains("Microsoft.ML.DnnImageFeaturizer.ResNet50", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_features_are_those_of_ML_NETs_own_transformer_on_the_same_pixels()
    {
        var ml = new MLContext(1);
        var view = PathRow.View(ml, _images.Paths);
        var pixels = ml.Transforms.DecodeImages("Image", "ImagePath",
            new ImageDecodingOptions { Width = 224, Height = 224, Resize = ResizeMode.Fill })
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(ml.Transforms.DnnFeaturizeImage("Theirs",
                m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "Pixels"))
            .Append(ml.Transforms.ApplyBackbone("resnet18", "Image", "Ours"));
        var features = pixels.Fit(view).Transform(view);

        // ML.NET takes off a mean image, this project the means of its channels: the features are close, not equal.
        foreach (var (theirs, ours) in features.GetColumn<float[]>("Theirs").Zip(features.GetColumn<float[]>("Ours")))
        {
            var cosine = theirs.Zip(ours, (a, b) => a * b).Sum() / Math.Sqrt(theirs.Sum(a => a * a) * ours.Sum(b => b * b));
            Assert.InRange(cosine, 0.98, 1);
        }
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(96, 3)]
    public void It_takes_other_sizes_of_pictures_than_that_of_its_file(int size, int map)
    {
        var (usual, sized) = (BackboneCatalog.Resolve("resnet18"), BackboneCatalog.Resolve("resnet18").WithInputSize(size));

        Assert.Equal((new FeatureMapShape(512, map, map), 512, true, usual.Sha256),
            (sized.FeatureMapShape, sized.FeatureCount, sized.PooledIsMeanOfMap, sized.Sha256));
        Assert.NotEqual(FeatureCacheKeys.For(usual, new BackboneRunOptions()),
            FeatureCacheKeys.For(sized, new BackboneRunOptions()));

        // The size is kept in a saved chain, and the numbers are those of another engine.
        var ml = new MLContext(1);
        var view = PathRow.View(ml, _images.Paths);
        var chain = ml.Transforms.ApplyBackbone(sized).Fit(view);
        var file = _images.PathOf("chain.zip");
        ml.Model.Save(chain, view.Schema, file);
        float[][] Features(ITransformer transformer) => [.. transformer.Transform(view).GetColumn<float[]>("Features")];
        var features = Features(chain);
        Assert.Equal(features, Features(ml.Model.Load(file, out _)));
        var theirs = Features(ml.Transforms.ApplyBackbone(sized, options: new BackboneRunOptions { Runtime = new OnnxRuntime() })
            .Fit(view));
        Assert.All(features.Zip(theirs), pair => Assert.All(pair.First.Zip(pair.Second),
            two => Assert.Equal(two.Second, two.First, 1e-3f)));
    }

    // Its convolutions of stride 2 are padded on two sides of four, so that maps of odd size come out unlike those beside them:
    // at 48 pixels a map of 1 x 1 would be added to all places of one of 2 x 2.
    [Theory]
    [InlineData(80, "'Plus363' (Add)", "64 and 96")]
    [InlineData(48, "maps of 1 x 1 and 2 x 2", "32 and 64")]
    public void Sizes_whose_maps_do_not_fit_are_refused_by_node_with_those_that_do(int size, string why, string near)
    {
        var error = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("resnet18").WithInputSize(size));

        Assert.Contains(
            $"gives {size} x {size} pixels, but the network takes 224 x 224", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Sizes near it that fit: {near}.", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _images.Dispose();
}

using MlPipeline.Pipeline.Backbones;

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

    public void Dispose() => _images.Dispose();
}

using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Pipeline.Tests;

public sealed class ImageClassificationModelTests : IDisposable
{
    private readonly TestImages _images = new(9, 60, 44);
    private readonly TrainedModel _trained;

    public ImageClassificationModelTests()
    {
        _trained = TestModels.Fit(_images.Paths);
    }

    [Fact]
    public void Predictions_come_in_order_and_bad_pictures_say_why()
    {
        var broken = _images.WriteBroken("broken.png");
        var missing = _images.PathOf("missing.png");
        string[] paths = [missing, .. _images.Paths.Take(5), broken, broken, .. _images.Paths.Skip(5), missing];
        using var model = ImageClassificationModel.From(_trained, new BackboneRunOptions { BatchSize = 3 });

        var predictions = model.Predict(paths).ToList();

        Assert.Equal(paths, predictions.Select(p => p.Path));
        Assert.Equal(paths.Select(p => p == missing || p == broken), predictions.Select(p => p.Error is not null));
        Assert.Equal("there is no such file", predictions[0].Error);
        Assert.Equal(
            Direct(), predictions.Where(p => p.Error is null).Select(p => p.Scores.ToArray()));
        Assert.All(predictions.Where(p => p.Error is not null),
            p => Assert.Equal((null, -1, 0f), (p.Label, p.LabelIndex, p.Score)));
    }

    [Fact]
    public void Each_pass_says_why_a_picture_is_bad_now()
    {
        var changing = _images.PathOf("changing.png");
        using var model = ImageClassificationModel.From(_trained);
        Assert.Equal("there is no such file", model.Predict([changing]).Single().Error);
        File.WriteAllText(changing, "words");
        Assert.Contains("not a picture", model.Predict([changing]).Single().Error, StringComparison.Ordinal);
        File.Copy(_images.Paths[0], changing, overwrite: true);
        Assert.Null(model.Predict([changing]).Single().Error);
        File.Delete(changing);
        Assert.Equal("there is no such file", model.Predict([changing]).Single().Error);
    }

    [Fact]
    public void A_saved_model_predicts_the_same_bits()
    {
        var path = _images.PathOf("model.mlp");
        ModelFile.Save(path, _trained);
        using var model = ImageClassificationModel.Load(path, new BackboneRunOptions { BatchSize = 2, Threads = 1 });

        Assert.Equal(Direct(), model.Predict(_images.Paths).Select(p => p.Scores.ToArray()));
    }

    [Fact]
    public void Top_classes_come_best_first_and_equal_ones_by_class()
    {
        var prediction = new ImagePrediction { Path = "x", ClassNames = ["a", "b", "c", "d"], Scores = [0.2f, 0.4f, 0.2f, 0.2f] };

        Assert.Equal(("b", 0.4f), (prediction.Label, prediction.Score));
        Assert.Equal(["b", "a", "c"], prediction.Top(3).Select(t => t.Label));
        Assert.Equal(4, prediction.Top(10).Count);
    }

    [Fact]
    public void Pictures_in_memory_are_predicted_too()
    {
        using var model = ImageClassificationModel.From(_trained);
        var bytes = File.ReadAllBytes(_images.Paths[3]);
        using var raster = ImageDecoder.Decode(bytes);

        Assert.Equal(Direct()[3], model.Predict(Picture.FromBytes(bytes)).Scores);
        Assert.Equal(Direct()[3], model.Predict(Picture.FromRaster(raster)).Scores);
        Assert.NotNull(model.Predict(Picture.FromBytes(new byte[] { 1, 2, 3 }, "noise")).Error);
    }

    [Fact]
    public void Explanations_show_the_predicted_class_in_the_original()
    {
        using var model = ImageClassificationModel.From(_trained);
        string[] paths = [.. _images.Paths.Take(3), _images.WriteBroken("broken.png")];

        var explanations = model.Explain(paths).ToList();

        for (var i = 0; i < 3; i++)
        {
            var (prediction, heatmap) = (explanations[i].Prediction, explanations[i].Heatmap!);
            var (width, height) = (60 + (i % 5), 44 + (i % 3));
            Assert.Equal(prediction.Label, heatmap.ClassName);
            Assert.Equal((width, height), (heatmap.Geometry.SourceWidth, heatmap.Geometry.SourceHeight));
            var bias = TestNetworks.MeanPooled.Classifier!.Biases[prediction.LabelIndex];
            Assert.Equal(prediction.Score, heatmap.Values.ToArray().Average() + bias, 1e-4f);
            using var overlay = explanations[i].Overlay();
            Assert.Equal((width, height), (overlay.Width, overlay.Height));
        }

        Assert.Null(explanations[3].Heatmap);
        Assert.NotNull(explanations[3].Prediction.Error);
        Assert.Throws<InvalidOperationException>(() => explanations[3].Overlay());
        Assert.Equal("class 1", model.Explain(paths.Take(1), "class 1").Single().Heatmap!.ClassName);
        Assert.Throws<ArgumentException>(() => model.Explain(paths, "none"));
    }

    [Fact]
    public void Several_threads_may_use_one_model()
    {
        using var model = ImageClassificationModel.From(_trained);
        var expected = Direct();

        Parallel.For(0, 4, _ => Assert.Equal(expected, model.Predict(_images.Paths).Select(p => p.Scores.ToArray())));
    }

    [Fact]
    public async Task One_picture_at_a_time_gives_the_same_bits_from_any_number_of_threads()
    {
        using var model = ImageClassificationModel.From(_trained);
        var expected = Direct();

        // More callers than the pool has threads: whoever waited for one of those would wait long.
        var scores = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            i => Task.Run(() => model.Predict(Picture.FromFile(_images.Paths[i % 9])).Scores.ToArray())));

        Assert.All(scores.Select((s, i) => (Scores: s, Expected: expected[i % 9])), c => Assert.Equal(c.Expected, c.Scores));
        var broken = model.Predict(Picture.FromFile(_images.WriteBroken("broken.png")));
        Assert.Equal((null, false), (broken.Label, broken.Error is null));
        Assert.Equal(expected[2], model.Explain(Picture.FromFile(_images.Paths[2])).Prediction.Scores);
    }

    [Fact]
    public void A_model_without_a_backbone_is_refused()
    {
        var path = _images.PathOf("other.mlp");
        ModelFile.Save(path, new TrainedModel { Transformer = new TestHead(TestNetworks.MeanPooled.Classifier!) });
        Assert.Throws<ModelFileException>(() => ImageClassificationModel.Load(path));
    }

    public void Dispose() => _images.Dispose();

    private float[][] Direct() =>
        [.. _trained.Transformer.Transform(PathRow.View(new MLContext(1), _images.Paths)).GetColumn<float[]>("Score")];
}

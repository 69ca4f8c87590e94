namespace MlPipeline.Pipeline.Tests;

public sealed class BatchPredictorTests : IDisposable
{
    private readonly TestImages _images = new(9, 60, 44);

    [Fact]
    public void Batches_of_any_size_give_the_bits_of_single_predictions()
    {
        using var model = ImageClassificationModel.From(TestModels.Fit(_images.Paths));
        using var batches = model.CreateBatchPredictor();
        var prepared = _images.Paths.AsParallel().AsOrdered().Select(p => batches.Prepare(Picture.FromFile(p))).ToList();
        var expected = _images.Paths.Select(p => model.Predict(Picture.FromFile(p))).ToList();

        foreach (var size in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 1])
        {
            var batch = batches.Predict(prepared[..size]);

            Assert.Equal(expected.Take(size).Select(e => (e.Path, e.Label)), batch.Predictions.Select(p => (p.Path, p.Label)));
            Assert.Equal(expected.Take(size).Select(e => e.Scores.ToArray()), batch.Predictions.Select(p => p.Scores.ToArray()));
            Assert.Equal(size, batch.Features.Count);
            Assert.All(batch.Features, f => Assert.Equal(model.Backbone.FeatureCount, f.Length));
        }

        prepared.ForEach(p => p.Dispose());
        Assert.Throws<ObjectDisposedException>(() => batches.Predict(prepared[..1]));
    }

    [Fact]
    public void Bad_pictures_are_named_when_they_are_prepared()
    {
        using var model = ImageClassificationModel.From(TestModels.Fit(_images.Paths));
        using var batches = model.CreateBatchPredictor();

        var bad = Assert.Throws<BadImageException>(() => batches.Prepare(Picture.FromFile(_images.WriteBroken("broken.png"))));
        Assert.EndsWith("broken.png", bad.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_loads_its_pictures_from_files_is_refused()
    {
        var ml = new MLContext(1);
        var input = PathRow.View(ml, _images.Paths);
        var chain = ml.Transforms.LoadImages("Image", _images.Root, "ImagePath")
            .Append(ml.Transforms.ApplyBackbone(TestNetworks.MeanPooled, inputColumnName: "Image"))
            .Append(new TestHeadEstimator(TestNetworks.MeanPooled.Classifier!));
        using var model = ImageClassificationModel.From(
            new TrainedModel { Transformer = chain.Fit(input), InputSchema = input.Schema });

        Assert.Contains("LoadImages", Assert.Throws<ArgumentException>(() => model.CreateBatchPredictor()).Message);
    }

    [Fact]
    public void Statistics_are_means_and_deviations_and_measure_how_unlike_features_are()
    {
        var statistics = FeatureStatistics.Of([[1, 5, 2], [3, 5, 2], [5, 5, 8], [7, 5, 8]]);

        Assert.Equal([4, 5, 5], statistics.Means);
        Assert.Equal([MathF.Sqrt(5), 0, 3], statistics.Deviations);
        Assert.Equal(0, statistics.DistanceOf([4, 9, 5]));
        Assert.Equal((5 / 5.0 + 36 / 9.0) / 2, statistics.DistanceOf([4 + MathF.Sqrt(5), 5, 11]), 6);
        Assert.Throws<ArgumentException>(() => statistics.DistanceOf([1]));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of([]));
    }

    public void Dispose() => _images.Dispose();
}

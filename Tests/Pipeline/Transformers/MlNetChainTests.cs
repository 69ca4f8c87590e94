namespace MlPipeline.Pipeline.Tests;

/// <summary>Chains of this project's transformers and ML.NET's, in either order, trained, saved and loaded by ML.NET.</summary>
public sealed class MlNetChainTests : IDisposable
{
    private readonly TestImages _images = new(24);
    private readonly MLContext _context = new(1);

    [Fact]
    public void LoadImages_before_a_backbone() => SavesAndScoresAlike(
        _context.Transforms.LoadImages("Picture", _images.Root, "ImagePath")
            .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Picture")), "Features", path =>
            Path.GetFileName(path));

    [Fact]
    public void Images_decoded_here_go_on_through_ML_NETs_transforms() => SavesAndScoresAlike(
        _context.Transforms.DecodeImages("Image", "ImagePath")
            .Append(_context.Transforms.ResizeImages("Small", 32, 32, "Image"))
            .Append(_context.Transforms.ExtractPixels("Pixels", "Small", scaleImage: 1 / 255f))
            .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Pixels", featureMapColumnName: null)),
            "Features");

    [Fact]
    public void A_network_before_ML_NETs_trainers()
    {
        var features = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, featureMapColumnName: null))
            .AppendCacheCheckpoint(_context);
        SavesAndScoresAlike(features.Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()), "Score");
        SavesAndScoresAlike(features.Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy()), "Score");
    }

    [Fact]
    public void ApplyOnnxModel_before_and_behind_ours()
    {
        var path = TestNetworks.PathOf("fully-connected.onnx");
        var input = TestNetworks.Open("fully-connected").Graph.Inputs[0];
        var output = TestNetworks.Open("fully-connected").Graph.Outputs[0];
        SavesAndScoresAlike(
            _context.Transforms.DecodeImages("Image", "ImagePath", new ImageDecodingOptions { Width = 32, Height = 32 })
                .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Image", featureMapColumnName: null))
                .Append(_context.Transforms.ExtractPixels(input.Name, "Image", scaleImage: 1 / 255f))
                .Append(_context.Transforms.ApplyOnnxModel(output, input.Name, path))
                .Append(_context.Transforms.Concatenate("Both", "Features", output)),
            "Both");
    }

    [Fact]
    public void Cross_validation_and_prediction_engines()
    {
        var chain = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var view = View(p => p);

        Assert.Equal(3, _context.MulticlassClassification.CrossValidate(view, chain, 3).Count);

        var model = chain.Fit(view);
        using var engine = _context.Model.CreatePredictionEngine<PathRow, ScoreRow>(model);
        var scores = Column(model, "Score", p => p);
        for (var i = 0; i < 5; i++)
            Assert.Equal(scores[i], engine.Predict(new PathRow { ImagePath = _images.Paths[i], Label = "class 0" }).Score);
    }

    [Fact]
    public void A_prediction_engine_computes_what_its_class_asks_for()
    {
        var runtime = new CountingRuntime();
        var model = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, logitsColumnName: "Logits",
            options: new BackboneRunOptions { Runtime = runtime })
            .Fit(View(p => p));
        using var engine = _context.Model.CreatePredictionEngine<PathRow, FeatureRow>(model);
        engine.Predict(new PathRow { ImagePath = _images.Paths[0] });
        engine.Predict(new PathRow { ImagePath = _images.Paths[1] });

        Assert.Equal([(1, 1), (1, 1)], runtime.Runs);
    }

    [Fact]
    public void Paths_bytes_and_images_give_the_same_features()
    {
        var byPath = Column(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled).Fit(View(p => p)), "Features", p => p);
        var bytes = _context.Data.LoadFromEnumerable(_images.Paths.Select(p => new BytesRow { Bytes = File.ReadAllBytes(p) }));
        var byBytes = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Bytes").Fit(bytes).Transform(bytes)
            .GetColumn<float[]>("Features");
        var byImage = Column(_context.Transforms.DecodeImages()
            .Append(_context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, "Image")).Fit(View(p => p)), "Features", p => p);

        Assert.Equal(byPath, byBytes);
        Assert.Equal(byPath, byImage);
    }

    public void Dispose() => _images.Dispose();

    private void SavesAndScoresAlike<T>(IEstimator<T> chain, string column, Func<string, string?>? pathOf = null)
        where T : class, ITransformer
    {
        var view = View(pathOf ?? (p => p));
        var model = chain.Fit(view);
        var expected = Column(model, column, pathOf);

        using var file = new MemoryStream();
        _context.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out var schema);

        Assert.Equal(view.Schema.Select(c => c.Name), schema.Select(c => c.Name));
        Assert.Equal(expected, Column(loaded, column, pathOf));
    }

    private float[][] Column(ITransformer model, string column, Func<string, string?>? pathOf) =>
        [.. model.Transform(View(pathOf ?? (p => p))).GetColumn<float[]>(column)];

    private IDataView View(Func<string, string?> pathOf) => PathRow.View(_context, _images.Paths.Select(p => pathOf(p)!));

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class FeatureRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class BytesRow
    {
        public byte[] Bytes { get; set; } = [];
    }
}

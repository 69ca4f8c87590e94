using System.Text.Json;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Tests;

public sealed class ModelExportTests : IDisposable
{
    private readonly TestImages _images = new(12, 44, 40);
    private readonly MLContext _context = new(1);

    /// <summary>Classes differ in brightness, so that each is predicted for some picture.</summary>
    public ModelExportTests()
    {
        foreach (var (i, path) in _images.Paths.Index())
        {
            var raster = TestImages.Noise(44 + (i % 5), 40 + (i % 3), i);
            foreach (ref var sample in raster.Pixels)
                sample = (byte)(sample * (1 + (i % 3)) / 3);
            _images.Write(Path.GetFileName(path), raster);
        }
    }

    [Fact]
    public void The_file_holds_network_head_heatmap_and_what_a_program_must_know()
    {
        using var model = Trained(TestNetworks.MeanPooled);
        var path = _images.PathOf("model.onnx");

        var report = model.ExportOnnx(path, new ExportOptions { CheckPictures = _images.Paths });

        Assert.Equal(["managed", "onnxruntime"], report.Checks.Select(c => c.Runtime));
        Assert.All(report.Checks, c => Assert.True(c.Pictures > 12 && c.LargestScoreDifference < 1e-5));
        var file = OnnxModel.Load(path);
        var graph = file.ToGraph();
        Assert.Equal(["scores", "label", "heatmap"], graph.Outputs);
        Assert.Equal([-1, 3, 32, 32], graph.Inputs[0].Dimensions!);
        var names = JsonSerializer.Deserialize<string[]>(file.MetadataProperties["class_names"])!;
        Assert.Equal(model.ClassNames, names);
        Assert.Contains("32 x 32", file.MetadataProperties["input"], StringComparison.Ordinal);

        // A whole batch in one run, with the labels that the model gives.
        using var session = new OnnxRuntime().OpenModel(path);
        var pixels = new float[12 * 3 * 32 * 32];
        int[] expected = [.. _images.Paths.Select((p, i) =>
        {
            using var raster = Picture.FromFile(p).Decode();
            using var prepared = TestNetworks.Recipe.Prepare(raster);
            PixelTensor.Write(prepared, pixels.AsSpan(i * 3 * 32 * 32), PixelLayout.Nchw, ColorOrder.Rgb, 1, [0, 0, 0],
                [1, 1, 1]);
            return model.Predict(Picture.FromRaster(prepared)).LabelIndex;
        })];
        var labels = session.Run(new Dictionary<string, Tensor> { ["pixels"] = Tensor.Of(pixels, 12, 3, 32, 32) })["label"];
        Assert.Equal(expected, labels.Int64s.ToArray().Select(l => (int)l));
        Assert.True(expected.Distinct().Count() > 1);
    }

    [Fact]
    public void Rounded_weights_halve_the_file_which_serves_as_a_backbone()
    {
        using var model = Trained(BackboneCatalog.Resolve(BackboneCatalog.Bootstrap));
        string whole = _images.PathOf("whole.onnx"), half = _images.PathOf("half.onnx");
        model.ExportOnnx(whole);

        var report = model.ExportOnnx(half, new ExportOptions { HalfWeights = true, CheckPictures = _images.Paths });

        Assert.All(report.Checks, c => Assert.True(c.DifferentLabels == 0 && c.LargestScoreDifference < 0.01, $"{c}"));
        Assert.InRange(new FileInfo(half).Length / (double)new FileInfo(whole).Length, 0.5, 0.52);
        var backbone = BackboneCatalog.Resolve(half);
        Assert.Equal((model.Backbone.FeatureMapName, 256), (backbone.FeatureMapName, backbone.FeatureCount));
        Assert.True(backbone.PooledIsMeanOfMap);
        Assert.Equal(model.ClassNames, backbone.ClassNames);
        Assert.False(backbone.PreprocessingIsGuessed);
        using var raster = Picture.FromFile(_images.Paths[0]).Decode();
        float[] Pixels(Backbone of)
        {
            var pixels = new float[of.Preprocessing.Length];
            of.Preprocessing.Write(of.Preprocessing.Prepare(raster), pixels);
            return pixels;
        }

        Assert.Equal(Pixels(model.Backbone), Pixels(backbone));
        var larger = BackboneCatalog.Resolve(half, new BackboneOptions
        {
            Preprocessing = backbone.Preprocessing with { Width = 160, Height = 160, ShorterSide = 160 },
        });
        Assert.Equal((10, 10), (larger.FeatureMapShape!.Value.Height, larger.FeatureMapShape.Value.Width));
    }

    [Theory]
    [InlineData(Augmentations.None, ResizeMode.ShorterSide, ColorOrder.Rgb)]
    [InlineData(Augmentations.Crops, ResizeMode.ShorterSide, ColorOrder.Bgr)]
    [InlineData(Augmentations.All, ResizeMode.Fill, ColorOrder.Rgb)]
    public void The_file_resizes_and_crops_as_the_model_does(Augmentations views, ResizeMode resize, ColorOrder order)
    {
        var recipe = TestNetworks.Recipe with { Resize = resize, ColorOrder = order, Views = views };
        using var model = Trained(TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = recipe }));

        var report = model.ExportOnnx(_images.PathOf("model.onnx"),
            new ExportOptions { WithPreprocessing = true, CheckPictures = _images.Paths });

        Assert.All(report.Checks, c => Assert.True(c.LargestResizedDifference < 3e-3, $"{c}"));
    }

    [Fact]
    public void Mirror_images_are_averaged_inside_and_views_of_the_whole_picture_need_it()
    {
        foreach (var (views, fits) in ((Augmentations, bool)[])[(Augmentations.Flips, true), (Augmentations.Whole, false)])
        {
            var recipe = TestNetworks.Recipe with { Views = views };
            using var model = Trained(TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = recipe }));
            var path = _images.PathOf($"{views}.onnx");
            if (fits)
                Assert.True(model.ExportOnnx(path).Checks[1].LargestScoreDifference < 1e-5);
            else
                Assert.Contains("--with-preprocessing", Refusal(model, path), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fully-connected", null, false)]
    [InlineData("class-maps", null, true)]
    [InlineData("mean-pooled", "stage1:max+pooled", true)]
    [InlineData("mean-pooled", "stage1+pooled:cov", true)]
    public void Networks_of_all_kinds(string network, string? features, bool hasHeatmap)
    {
        var backbone = TestNetworks.Open(network);
        using var model = Trained(features is null ? backbone : backbone.WithFeatures(features));

        var report = model.ExportOnnx(_images.PathOf("model.onnx"));

        Assert.Equal(hasHeatmap, report.Outputs.Any(o => o.StartsWith("heatmap", StringComparison.Ordinal)));
        Assert.Equal(hasHeatmap, report.Notes.Count == 0);
    }

    [Fact]
    public void A_networks_own_classifier_can_be_the_head()
    {
        var view = PathRow.View(_context, _images.Paths);
        var chain = _context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, featuresColumnName: null,
            featureMapColumnName: null, logitsColumnName: "Score");
        using var model = ImageClassificationModel.From(
            new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema });

        var report = model.ExportOnnx(_images.PathOf("model.onnx"));

        Assert.True(report.Checks[1].LargestScoreDifference < 1e-5 && report.Outputs.Count == 3);
    }

    [Fact]
    public void A_normalisation_before_the_head_is_folded_in_and_what_cannot_be_is_named()
    {
        using (var model = Trained(TestNetworks.MeanPooled, c => c.Transforms.NormalizeMinMax("Features", fixZero: false)))
            Assert.True(model.ExportOnnx(_images.PathOf("1.onnx")).Checks[0].LargestScoreDifference < 1e-5);
        using (var model = Trained(TestNetworks.MeanPooled, c => c.Transforms.NormalizeMeanVariance("Features", useCdf: false)))
            Assert.True(model.ExportOnnx(_images.PathOf("2.onnx")).Checks[0].LargestScoreDifference < 1e-5);
        using (var model = Trained(TestNetworks.MeanPooled, c => c.Transforms.NormalizeMeanVariance("Features", useCdf: true)))
            Assert.Contains("NormalizingTransformer", Refusal(model, _images.PathOf("3.onnx")), StringComparison.Ordinal);
        using (var model = ImageClassificationModel.From(TestModels.Fit(_images.Paths)))
            Assert.Contains("TestHead", Refusal(model, _images.PathOf("4.onnx")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ResizeMode.ShorterSide)]
    [InlineData(ResizeMode.Fill)]
    public void A_zip_of_ML_NETs_transforms_alone_names_the_classes(ResizeMode resize)
    {
        var recipe = TestNetworks.Recipe with { ShorterSide = 40, Resize = resize };
        using var model = Trained(TestNetworks.Open("mean-pooled", new BackboneOptions { Preprocessing = recipe }));
        var path = _images.PathOf("mlnet.zip");

        var report = model.ExportMlNet(path);

        Assert.Equal("ML.NET", report.Checks[^1].Runtime);

        using (var zip = System.IO.Compression.ZipFile.OpenRead(path))
        {
            foreach (var entry in zip.Entries.Where(e => e.Name == "Model.key"))
            {
                using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
                Assert.DoesNotContain("MlPipeline", reader.ReadToEnd(), StringComparison.Ordinal);
            }
        }

        using var loaded = (TransformerChain<ITransformer>)_context.Model.Load(path, out _);
        using var engine = _context.Model.CreatePredictionEngine<PathRow, Answer>(loaded);
        var agree = 0;
        foreach (var picture in _images.Paths)
        {
            var expected = model.Predict(Picture.FromFile(picture));
            var answer = engine.Predict(new PathRow { ImagePath = picture });
            agree += answer.PredictedLabel == expected.Label ? 1 : 0;
            Assert.Equal(answer.PredictedLabel, model.ClassNames[Array.IndexOf(answer.Score, answer.Score.Max())]);
            Assert.All(expected.Scores.Zip(answer.Score), s => Assert.Equal(s.First, s.Second, 0.1f));
        }

        Assert.True(agree >= 11, $"{agree} of 12");
    }

    public void Dispose() => _images.Dispose();

    private static string Refusal(ImageClassificationModel model, string path)
    {
        File.WriteAllText(path, "as it was");
        var error = Assert.Throws<ExportException>(() => model.ExportOnnx(path));
        Assert.Equal("as it was", File.ReadAllText(path));
        return error.Message;
    }

    private ImageClassificationModel Trained(Backbone backbone, Func<MLContext, IEstimator<ITransformer>>? between = null)
    {
        var view = PathRow.View(_context, _images.Paths);
        var chain = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append((IEstimator<ITransformer>)_context.Transforms.ApplyBackbone(backbone, featureMapColumnName: null));
        if (between is not null)
            chain = chain.Append(between(_context));
        var trained = chain.Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        return ImageClassificationModel.From(new TrainedModel { Transformer = trained.Fit(view), InputSchema = view.Schema });
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];

        public string PredictedLabel { get; set; } = "";
    }
}

using MlPipeline.Engine.Architectures;
using MlPipeline.Trainers.Tests.FineTuning;

namespace MlPipeline.Trainers.Tests;

/// <summary>The trainer of ML.NET's name where it trains layers.</summary>
public sealed class NetworkTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-layers-").FullName;
    private readonly MLContext _ml = new(1);

    public NetworkTrainerTests() => DrawnDigits.Write(_folder, 120);

    private static ImageClassificationTrainer.Options Scratch => new()
    {
        FeatureColumnName = "ImagePath",
        TrainLayers = FineTuningOptions.Scratch,
        Network = Backbone.FromArchitecture(ArchitectureCatalog.ByName("lenet5"), new ArchitectureOptions { InputSize = 20 }),
        Epoch = 8,
        BatchSize = 8,
    };

    private IDataView Pictures => DataSource.Open(_folder).ToDataView(_ml);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_chain_that_trains_a_network_is_saved_and_loaded()
    {
        List<TrainMetrics> epochs = [];
        var data = Pictures;
        var model = Chain(Scratch with
        {
            MetricsCallback = metrics =>
            {
                if (metrics.Train is { } epoch)
                    epochs.Add(epoch);
            },
        }).Fit(data);
        Assert.Equal(16, epochs.Count);
        Assert.All(epochs, e => Assert.Equal(14, e.BatchProcessedCount));
        var scores = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        Assert.True(_ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy > 0.9);

        var file = Path.Combine(_folder, "model.zip");
        _ml.Model.Save(model, data.Schema, file);
        var loaded = new MLContext(2).Model.Load(file, out _);
        Assert.Equal(scores, loaded.Transform(data).GetColumn<float[]>("Score").ToArray());
        Assert.NotEmpty(loaded.Transform(data).GetColumn<ReadOnlyMemory<char>>("Name").First().ToString());
    }

    [Fact]
    public void Bytes_and_images_are_trained_on_as_paths_are()
    {
        var paths = Scores(Pictures, Scratch with { Epoch = 1 });
        string[] files = [.. Pictures.GetColumn<string>("ImagePath").Select((path, i) => Png(path, i))];
        string[] labels = [.. Pictures.GetColumn<string>("Label")];
        var bytes = _ml.Data.LoadFromEnumerable(files.Zip(labels).Select(f =>
            new Encoded { Image = File.ReadAllBytes(f.First), Label = f.Second }));
        Assert.Equal(paths, Scores(bytes, Scratch with { Epoch = 1, FeatureColumnName = "Image" }));
        var images = _ml.Transforms.LoadImages("Image", null, "Path").Fit(bytes = _ml.Data.LoadFromEnumerable(
            files.Zip(labels).Select(f => new Filed { Path = f.First, Label = f.Second }))).Transform(bytes);
        Assert.Equal(paths, Scores(images, Scratch with { Epoch = 1, FeatureColumnName = "Image" }));
    }

    [Fact]
    public void Layers_of_a_pretrained_network_are_trained_behind_the_head()
    {
        var resnet = BackboneCatalog.Resolve("bootstrap-resnet",
            new BackboneOptions { Preprocessing = Preprocessing.Torch(32) });
        var options = Scratch with
        {
            TrainLayers = FineTuningOptions.LastStage,
            Network = resnet,
            Epoch = 1,
            FineTuning = new FineTuningOptions { Augmentation = RandomAugmentation.None },
        };
        List<EpochResult> epochs = [];
        var scores = Scores(Pictures, options with { FineTuning = options.FineTuning with { EpochEnded = epochs.Add } });
        Assert.Equal([0, 1], epochs.Select(e => e.Epoch));
        Assert.Equal(scores, Scores(Pictures, options with { Threads = 1 }));
    }

    [Fact]
    public void What_does_not_go_together_is_named()
    {
        string Refused(ImageClassificationTrainer.Options options) => Assert.Throws<ArgumentException>(() =>
            _ml.MulticlassClassification.Trainers.ImageClassification(options)).Message;
        Assert.Contains("Network", Refused(new() { TrainLayers = "all" }), StringComparison.Ordinal);
        Assert.Contains("TrainLayers", Refused(new() { Network = Scratch.Network }), StringComparison.Ordinal);
        Assert.Contains("LearningRateScheduler", Refused(Scratch with { LearningRateScheduler = new LsrDecay() }),
            StringComparison.Ordinal);
        Assert.Contains("ValidationSet", Refused(Scratch with { ValidationSet = Pictures }), StringComparison.Ordinal);
        Assert.Contains("FromScratch", Refused(Scratch with { FineTuning = new() }), StringComparison.Ordinal);
    }

    private float[][] Scores(IDataView data, ImageClassificationTrainer.Options options) =>
        [.. Chain(options).Fit(data).Transform(data).GetColumn<float[]>("Score")];

    private EstimatorChain<ITransformer> Chain(ImageClassificationTrainer.Options options) =>
        new EstimatorChain<ITransformer>()
            .Append<ITransformer>(_ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append<ITransformer>(_ml.MulticlassClassification.Trainers.ImageClassification(options))
            .Append<ITransformer>(_ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));

    private string Png(string path, int number)
    {
        var file = Path.Combine(_folder, $"{number}.png");
        using var raster = Picture.FromFile(path).Decode();
        File.WriteAllBytes(file, Imaging.Decoding.PngEncoder.Encode(raster));
        return file;
    }

    private sealed class Encoded
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Filed
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }
}

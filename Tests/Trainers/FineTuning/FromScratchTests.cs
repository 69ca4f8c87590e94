using MlPipeline.Engine.Architectures;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Tests.FineTuning;

public sealed class FromScratchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-scratch-").FullName;

    public FromScratchTests() => DrawnDigits.Write(At("digits"), 240);

    private static Backbone LeNet => Backbone.FromArchitecture(ArchitectureCatalog.ByName("lenet5"),
        new ArchitectureOptions { InputSize = 20 });

    private static TrainingOptions Options => new()
    {
        Backbone = LeNet,
        FineTuning = FineTuningOptions.FromScratch with { Epochs = 4, BatchSize = 16 },
    };

    private ImageDataSet Pictures => DataSource.Open(At("digits"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_learns_and_is_an_ordinary_backbone_with_a_head()
    {
        var result = new TrainingJob(Options with { FineTuning = Options.FineTuning! with { Epochs = 8 } }).Run(Pictures)
            .Save(At("model.zip"));
        Assert.True(result.Evaluation!.MicroAccuracy >= 0.9, $"{result.Evaluation.MicroAccuracy}");
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], result.Epochs!.Select(e => e.Epoch));
        Assert.Equal(("lenet5", "scratch", "sgd"), (result.Backbone, result.TrainedLayers, result.Trainer));

        using var model = ImageClassificationModel.Load(result.Model!);
        Assert.True(model.Backbone.Preprocessing.Grayscale);
        var tested = new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(Pictures);
        Assert.Equal(result.Evaluation.LogLoss, tested.Unseen!.LogLoss);

        // LeNet-5 has no global pooling, so that its maps come from gradients.
        var shown = model.Explain(Picture.FromFile(result.TestPictures[0].Path), method: HeatmapMethods.ByName("grad-cam"));
        Assert.NotNull(shown);
    }

    [Fact]
    public void The_input_is_normalised_by_what_the_training_pictures_are_like()
    {
        var result = new TrainingJob(Options with { FineTuning = Options.FineTuning! with { Epochs = 1 } }).Run(Pictures);
        using var model = ImageClassificationModel.From(result.Trained);
        var recipe = model.Backbone.Preprocessing;
        var test = result.TestPictures.Select(r => r.Path).ToHashSet();
        var samples = Pictures.Records.Where(r => !test.Contains(r.Path)).SelectMany(r =>
        {
            using var picture = ImageDecoder.DecodeFile(r.Path);
            using var prepared = recipe.Prepare(picture);
            return prepared.Pixels.ToArray().Where((_, i) => i % 3 == 0).Select(p => p / 255.0).ToArray();
        }).ToArray();
        var mean = samples.Average();
        Assert.Equal(mean, recipe.Mean.Red, 1e-5);
        Assert.Equal(Math.Sqrt(samples.Average(s => (s - mean) * (s - mean))), recipe.StandardDeviation.Green, 1e-5);
        Assert.Contains($"{result.TrainImages} training pictures", Assert.Single(result.PreprocessingEvidence!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_threads_nor_memory_nor_an_interruption_change_a_bit()
    {
        var tuning = Options.FineTuning! with { Augmentation = RandomAugmentation.Shifts, Mixup = 0.2 };
        byte[] Model(string name, FineTuningOptions layers, int threads, CancellationToken stop = default)
        {
            new TrainingJob(Options with { FineTuning = layers, Run = new BackboneRunOptions { Threads = threads } })
                .Run(Pictures, null, stop).Save(At(name));
            return File.ReadAllBytes(At(name));
        }

        var one = Model("one.zip", tuning, 1);
        Assert.Equal(one, Model("two.zip", tuning with { KeptMegabytes = 0 }, 2));

        using CancellationTokenSource stop = new();
        var kept = tuning with { Checkpoints = At("state"), CheckpointMinutes = 0 };
        Assert.ThrowsAny<OperationCanceledException>(() => Model("none.zip", kept with
        {
            StepEnded = step =>
            {
                if (step.Step == 15)
                    stop.Cancel();
            },
        }, 2, stop.Token));
        List<long> steps = [];
        Assert.Equal(one, Model("resumed.zip", kept with { StepEnded = step => steps.Add(step.Step) }, 2));
        Assert.InRange(steps[0], 15, 17);
    }

    [Fact]
    public void Folds_and_colours_go_too()
    {
        var colours = Backbone.FromArchitecture(ArchitectureCatalog.ByName("resnet20"),
            new ArchitectureOptions { InputSize = 16, Channels = 3 });
        var result = new TrainingJob(Options with
        {
            Backbone = colours,
            Folds = 2,
            FineTuning = Options.FineTuning! with { Epochs = 1, BatchSize = 32 },
        }).Run(Pictures);
        Assert.Equal(2, result.Folds!.Count);
        Assert.Equal(240, result.Evaluation!.TestImages);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var head = Assert.Throws<JobException>(() => new TrainingJob(Options with
        {
            FineTuning = new FineTuningOptions { Layers = FineTuningOptions.Scratch },
        }));
        Assert.Contains("FromScratch", head.Message, StringComparison.Ordinal);
        var small = Assert.Throws<BackboneException>(() => Backbone.FromArchitecture(ArchitectureCatalog.ByName("alexnet"),
            new ArchitectureOptions { InputSize = 20 }));
        Assert.Contains("227", small.Message, StringComparison.Ordinal);
        File.WriteAllText(At("bad.csv"), $"path,label\n{At("digits")}/train-images-idx3-ubyte#0,a\nnone.png,b\n");
        var bad = Assert.Throws<DataSourceException>(() => new TrainingJob(Options).Run(DataSource.Open(At("bad.csv"))));
        Assert.Contains("none.png", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_is_moved_repeats_its_rim()
    {
        using Raster picture = new(3, 2);
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(i / 3);
        using var moved = PictureChanges.Move(picture, 1, -1);
        Assert.Equal([3, 3, 4, 3, 3, 4], moved.Pixels.ToArray().Where((_, i) => i % 3 == 0).Select(p => (int)p));
    }

    private string At(string name) => Path.Combine(_folder, name);
}

using MlPipeline.Data.Demo;
using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Tests.FineTuning;

public sealed class FineTuningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-tuning-").FullName;

    public FineTuningTests() => SampleSet.Write(_folder, new SampleSetOptions { ImagesPerClass = 8, Size = 64, Seed = 3 });

    private static Backbone Backbone => BackboneCatalog.Resolve("bootstrap-resnet",
        new BackboneOptions { Preprocessing = Preprocessing.Torch(64) });

    private static TrainingOptions Options => new()
    {
        Backbone = Backbone,
        UseCache = false,
        TestFraction = 0.25,
        FineTuning = new FineTuningOptions { Epochs = 2, BatchSize = 8, ValidationFraction = 0 },
    };

    private ImageDataSet Pictures => DataSource.Open(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Threads_do_not_change_a_bit_and_other_seeds_do()
    {
        var (one, two, other) = (Scores(1, 1), Scores(2, 1), Scores(2, 2));
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void The_model_is_an_ordinary_one_and_its_layers_have_learned()
    {
        var result = new TrainingJob(Options with
        {
            FineTuning = Options.FineTuning! with
            {
                Layers = FineTuningOptions.All,
                Epochs = 4,
                ValidationFraction = 0.2,
                LargestGradient = 1,
            },
        }).Run(Pictures).Save(Path.Combine(_folder, "model.zip"));
        Assert.Equal([0, 1, 2, 3, 4], result.Epochs!.Select(e => e.Epoch));
        Assert.True(result.Epochs![4].Loss < result.Epochs[1].Loss, "the loss does not fall");
        var kept = Assert.Single(result.Epochs, e => e.IsKept);
        Assert.True(kept.Epoch == 4 || kept.ValidationAccuracy > result.Epochs[4].ValidationAccuracy, $"{kept}");
        using var model = ImageClassificationModel.Load(result.Model!);
        Assert.Equal(result.Backbone, model.Trained.Card.Properties["backbone"]);
        var tested = new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(Pictures);
        Assert.Equal(result.Evaluation!.TestImages, tested.Unseen!.TestImages);
        Assert.Equal(result.Evaluation.LogLoss, tested.Unseen.LogLoss);
        Assert.NotNull(model.Explain(Picture.FromFile(result.TestPictures[0].Path)));
    }

    [Fact]
    public void Patience_counts_epochs_that_were_trained_not_the_head_alone()
    {
        var result = new TrainingJob(Options with { FineTuning = Options.FineTuning! with { Epochs = 1, Patience = 1 } })
            .Run(Pictures);
        Assert.Equal([0, 1], result.Epochs!.Select(e => e.Epoch));
        Assert.True(result.Epochs![1].IsKept);
    }

    [Fact]
    public void Weights_that_did_not_change_give_the_features_of_before()
    {
        var backbone = Backbone;
        LinearHeadWeights head = new(new float[2 * backbone.FeatureCount], [1, 2], ["a", "b"]);
        NetworkWithHead network = new(backbone, head);
        var split = network.Split(network.Graph, []);
        Assert.Equal(head.Biases, split.Head.Biases);
        Assert.Equal((backbone.FeatureMapName, backbone.PooledName, backbone.Preprocessing),
            (split.Backbone.FeatureMapName, split.Backbone.PooledName, split.Backbone.Preprocessing));
        var (before, after) = (Features(backbone), Features(split.Backbone));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("last-stage")]
    [InlineData("stage2")]
    [InlineData("all")]
    public void Layers_are_those_from_a_depth_on(string layers)
    {
        var backbone = Backbone;
        NetworkWithHead network = new(backbone, new(new float[2 * backbone.FeatureCount], [0, 0], ["a", "b"]));
        var parameters = network.ParametersOf(layers);
        Assert.Equal(2, parameters.Count(NetworkWithHead.IsHead));
        var all = network.ParametersOf("all");
        Assert.Equal(layers == "all", parameters.Count == all.Count);

        // What lies before is not trained: the value from which the layers begin depends on none of them.
        var stages = backbone.Stages.ToList();
        var at = layers == "last-stage" ? stages.Count - 1 : stages.FindIndex(s => s.Name == layers);
        if (at > 0)
        {
            var before = backbone.Graph.WithOutputs(stages[at - 1].Value).Nodes.SelectMany(n => n.Inputs).ToHashSet();
            Assert.DoesNotContain(parameters, before.Contains);
            Assert.Equal(all.Count(p => !before.Contains(p)), parameters.Count);
        }
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name()
    {
        var refused = Assert.Throws<JobException>(() => new TrainingJob(Options with
        {
            FineTuning = new FineTuningOptions { Layers = "stage9" },
        }).Run(Pictures));
        Assert.Contains("'stage9'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("stage2", refused.Message, StringComparison.Ordinal);
        var features = Assert.Throws<JobException>(() => new TrainingJob(Options with { Features = "stage2" }));
        Assert.Contains("pooled", features.Message, StringComparison.Ordinal);
        var diverged = Assert.ThrowsAny<JobException>(() => new TrainingJob(Options with
        {
            FineTuning = Options.FineTuning! with { LearningRate = 1e20, Layers = FineTuningOptions.All },
        }).Run(Pictures));
        Assert.Contains("step ", diverged.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_view_depends_on_its_random_numbers_alone_and_stays_in_the_picture()
    {
        using var picture = new Raster(40, 25);
        picture.Pixels.Fill(200);
        for (var seed = 0; seed < 50; seed++)
        {
            using var one = RandomView.Of(picture, Preprocessing.Torch(32), new(), new SeededRandom(seed));
            using var two = RandomView.Of(picture, Preprocessing.Torch(32), new(), new SeededRandom(seed));
            Assert.Equal((32, 32), (one.Width, one.Height));
            Assert.True(one.Pixels.SequenceEqual(two.Pixels));
            Assert.False(one.Pixels.ContainsAnyExcept((byte)200));
        }
    }

    private double[] Scores(int threads, int seed)
    {
        var run = new BackboneRunOptions { Threads = threads };
        var result = new TrainingJob(Options with { Seed = seed, Run = run }).Run(Pictures);
        return [result.Evaluation!.LogLoss, .. result.Epochs!.Select(e => e.Loss ?? 0)];
    }

    private float[] Features(Backbone backbone)
    {
        var ml = new MLContext(1);
        return [.. ml.Transforms.ApplyBackbone(backbone).Fit(Pictures.ToDataView(ml)).Transform(Pictures.ToDataView(ml))
            .GetColumn<float[]>("Features").First()];
    }
}

using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Jobs;

public sealed class JobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-jobs-").FullName;
    private readonly Backbone _backbone = BackboneCatalog.Resolve("bootstrap-resnet");

    public JobTests() => SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 8, Size = 64, Seed = 3 });

    private string Pictures => Path.Combine(_folder, "pictures");

    private TrainingOptions Options =>
        new() { Backbone = _backbone, Folds = 2, Seed = 5, CacheFolder = Path.Combine(_folder, "cache") };

    [Fact]
    public void A_batch_job_trains_tests_and_saves()
    {
        var progress = new Followed();
        var result = new TrainingJob(Options).Run(DataSource.Open(Pictures), progress).Save(Path.Combine(_folder, "m.mlp"));
        Assert.InRange(result.Evaluation!.MicroAccuracy, 0.5, 1);
        Assert.Equal([24, 24], result.Folds!.Select(f => f.Images));
        Assert.Equal((48, 48, 48, 0), (result.Images, result.TrainImages, result.Evaluation!.TestImages, result.Cached));
        Assert.Equal(["features 48/48 images", "training 2/2 folds"], progress.Stages);

        var again = new TrainingJob(Options).Run(DataSource.Open(Pictures));
        Assert.Equal(48, again.Cached);
        Assert.Equal(result.Evaluation!.LogLoss, again.Evaluation!.LogLoss);
        using var model = ImageClassificationModel.Load(result.Model!);
        var tested = new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(DataSource.Open(Pictures));
        Assert.Equal(48, tested.Images);
        Assert.InRange(tested.Evaluation.MicroAccuracy, result.Evaluation!.MicroAccuracy, 1);
    }

    [Fact]
    public void The_model_is_the_chain_that_code_would_fit()
    {
        var ml = new MLContext(seed: 1);
        var photos = DataSource.Open(Pictures).ToDataView(ml);
        var fitted = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.ApplyBackbone(_backbone))
            .Append(ml.MulticlassClassification.Trainers.LinearHead(new LinearHeadOptions { Seed = 5 }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(photos).Transform(photos);
        var trained = new TrainingJob(Options).Run(DataSource.Open(Pictures)).Trained.Transformer.Transform(photos);
        Assert.Equal(fitted.Schema.Select(c => c.Name), trained.Schema.Select(c => c.Name));
        Assert.Equal(fitted.GetColumn<float[]>("Score"), trained.GetColumn<float[]>("Score"));
        Assert.Equal(fitted.GetColumn<uint>("Label"), trained.GetColumn<uint>("Label"));
        Assert.Equal(fitted.GetColumn<string>("PredictedLabel"), trained.GetColumn<string>("PredictedLabel"));
    }

    [Fact]
    public void A_search_gives_the_best_trials_model()
    {
        var options = new SearchOptions
        {
            Backbones = [_backbone],
            Search = new HeadExperimentOptions { Folds = 2, Budget = new StudyBudget { Trials = 3 } },
            OuterFolds = 2,
            UseCache = false,
        };
        var found = new SearchJob(options).Run(DataSource.Open(Pictures));
        Assert.Equal(found.Trials.Max(t => t.Value), found.Best.Value);
        Assert.Equal(2, found.Nested!.Folds.Count);
        Assert.Equal(SampleSet.Classes.Order(StringComparer.Ordinal), found.Trained!.Card.ClassNames);
        var alone = options with { TrainBest = false, OuterFolds = 0, HoldOut = 0 };
        var without = new SearchJob(alone).Run(DataSource.Open(Pictures));
        Assert.Throws<InvalidOperationException>(() => without.Save(Path.Combine(_folder, "m.mlp")));
        Assert.Equal(found.Best.Parameters.ToJson(), without.Best.Parameters.ToJson());
    }

    [Fact]
    public void A_recipe_is_followed()
    {
        var job = new RecipeJob(new RecipeJobOptions { Backbone = _backbone, UseCache = false });
        var result = job.Run(DataSource.Open(Pictures));
        Assert.Equal(7, result.Recipe.Steps.Count);
        Assert.Equal(48, result.Images);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        var share = Assert.Throws<ArgumentOutOfRangeException>(() => Options with { TestFraction = 1 });
        Assert.Contains("at least 0 and below 1", share.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Options with { Folds = 1 });
        Assert.Throws<ArgumentException>(() => new SearchOptions { Backbones = [] });
        Assert.Throws<BackboneException>(() => new TrainingJob(Options with { Features = "stage9" }));
        var data = DataSource.Open(Pictures);
        var noWeights = new TrainingJob(Options with { WeightColumn = "importance" });
        Assert.Contains("'importance'", Assert.Throws<JobException>(() => noWeights.Run(data)).Message, StringComparison.Ordinal);
        var oneClass = data.Subset([0, 1, 2]);
        var tooFew = Assert.Throws<JobException>(() => new TrainingJob(Options).Run(oneClass));
        Assert.Contains($"'{oneClass.ClassNames[0]}'", tooFew.Message, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new TrainingJob(Options).Run(data, null, cancelled.Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Followed : IJobProgress
    {
        public List<string> Stages { get; } = [];

        public IJobStage Begin(string name, long total, string unit, long from) => new Stage(this, name, total, unit);

        public void Note(string line)
        {
        }

        private sealed class Stage(Followed owner, string name, long total, string unit) : IJobStage
        {
            private long _done;

            public void Report(long done, string detail) => _done = done;

            public void Dispose() => owner.Stages.Add($"{name} {_done}/{total} {unit}");
        }
    }
}

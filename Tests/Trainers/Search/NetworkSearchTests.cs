using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>Searches over the training of a network's layers.</summary>
public sealed class NetworkSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-layers-").FullName;

    public NetworkSearchTests() =>
        SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 8, Size = 64, Seed = 3 });

    private string Pictures => Path.Combine(_folder, "pictures");

    private SearchOptions Options => new()
    {
        Backbones =
        [
            BackboneCatalog.Resolve("bootstrap-resnet", new BackboneOptions { Preprocessing = Preprocessing.Torch(32) }),
        ],
        UseCache = false,
        FineTuning = new FineTuningOptions { Epochs = 2, BatchSize = 8, Layers = FineTuningOptions.All },
        Search = new HeadExperimentOptions
        {
            Budget = new StudyBudget { Trials = 5 },
            Pruner = new SuccessiveHalvingPruner(1, reduction: 2),
            TestFraction = 0.3,
        },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_search_that_is_stopped_goes_on_with_the_trials_and_the_model_of_one_left_alone()
    {
        var options = Options with { Run = new BackboneRunOptions { Threads = 1 } };
        var alone = Run(options with { Run = new BackboneRunOptions { Threads = 2 } }, "alone.db");
        Assert.Equal(5, alone.Trials.Count);
        Assert.All(alone.Trials, t => Assert.InRange(t.Curve.Count, 1, 2));
        Assert.All(alone.Trials, t => Assert.Equal(t.State == TrialState.Pruned ? 1 : 2, t.Curve.Count));
        Assert.All(alone.Trials, t => Assert.Equal(t.Curve[^1].Value, t.Value));
        Assert.Equal(alone.Trials.Where(t => t.State == TrialState.Complete).Max(t => t.Value), alone.Best.Value);

        // The first trial is the options as they are.
        Assert.Equal(0.02, alone.Trials[0].Parameters[NetworkSpace.LearningRate].AsType<double>(), 1e-6);
        Assert.Equal(4, alone.Trials.Select(t => t.Parameters[NetworkSpace.LearningRate].AsType<double>()).Skip(1).Distinct()
            .Count());

        var halted = options with
        {
            TrainBest = false,
            Search = options.Search with { Budget = new StudyBudget { Trials = 3 } },
        };
        Run(halted, "stopped.db");
        var resumed = Run(options, "stopped.db");
        Assert.Equal(Told(alone), Told(resumed));
        Assert.Equal(alone.HeldOut!.LogLoss, resumed.HeldOut!.LogLoss);
        Assert.Equal(alone.Epochs!.Select(e => e.Loss), resumed.Epochs!.Select(e => e.Loss));
        Assert.Equal(alone.HeadAlone, resumed.HeadAlone);
    }

    [Fact]
    public void The_best_is_trained_on_all_pictures_and_tested_on_those_that_no_trial_saw()
    {
        var found = Run(Options with { Search = Options.Search with { Budget = new StudyBudget { Trials = 1 } } }, "one.db");
        var model = found.Save(Path.Combine(_folder, "best.zip")).Model!;
        Assert.Equal(found.Images, found.TrainImages);
        Assert.Equal([0, 1, 2], found.Epochs!.Select(e => e.Epoch));
        Assert.Equal(2, Assert.Single(found.Epochs!, e => e.IsKept).Epoch);
        var aside = found.HeldOutAnswers.Select(a => a.Path).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(found.HeldOut!.TestImages, aside.Count);
        using var loaded = ImageClassificationModel.Load(model);
        Assert.Equal(found.Images, new EvaluationJob(loaded, new EvaluationOptions { UseCache = false })
            .Run(DataSource.Open(Pictures)).TrainedOn);

        // That figure is of a training without these pictures: the same options on the rest alone give it too.
        var rest = DataSource.Open(Pictures);
        rest = rest.Subset(Enumerable.Range(0, rest.Records.Count).Where(i => !aside.Contains(rest.Records[i].Path)));
        var again = new TrainingJob(new TrainingOptions
        {
            Backbone = Options.Backbones[0],
            UseCache = false,
            TestFraction = 0,
            FineTuning = NetworkSpace.OptionsOf(found.Best.Parameters, Options.FineTuning) with { ValidationFraction = 0 },
        }).Run(rest).Save(Path.Combine(_folder, "again.zip"));
        using var without = ImageClassificationModel.Load(again.Model!);
        var all = DataSource.Open(Pictures);
        var tested = new EvaluationJob(without, new EvaluationOptions { UseCache = false })
            .Run(all.Subset(Enumerable.Range(0, all.Records.Count).Where(i => aside.Contains(all.Records[i].Path))));
        Assert.Equal(found.HeldOut.LogLoss, tested.Evaluation.LogLoss, 1e-6);
    }

    [Fact]
    public void A_study_of_another_training_is_refused_and_a_training_that_diverges_is_a_failed_trial()
    {
        var few = Options with
        {
            TrainBest = false,
            Search = Options.Search with
            {
                Space = new() { { NetworkSpace.LearningRate, new UniformDoubleOption(1e20, 1e21) } },
                Budget = new StudyBudget { Trials = 1 },
            },
        };
        var failed = Assert.Throws<JobException>(() => Run(few, "other.db"));
        Assert.Contains("diverged", failed.Message, StringComparison.Ordinal);
        var refused = Assert.Throws<StudyException>(() =>
            Run(few with { FineTuning = few.FineTuning! with { WarmUpEpochs = 0 } }, "other.db"));
        Assert.Contains("WarmUpEpochs 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_there_is_not_for_layers_is_refused()
    {
        void Refused(SearchOptions options, string word) => Assert.Contains(word,
            Assert.Throws<JobException>(() => new SearchJob(options)).Message, StringComparison.Ordinal);
        Refused(Options with { OuterFolds = 2 }, "nested");
        Refused(Options with { Choices = new PictureChoices { Features = ["auto"] } }, "features");
        Refused(Options with { Search = Options.Search with { Metric = HeadMetric.MacroF1 } }, "MacroF1");
        Refused(Options with { FineTuning = Options.FineTuning! with { Patience = 2 } }, "patience");
        Refused(Options with { FineTuning = Options.FineTuning! with { FindLearningRate = true } }, "range test");
    }

    [Fact]
    public void The_space_begins_with_the_options_as_they_are_and_names_what_a_point_changes()
    {
        FineTuningOptions given = new() { Layers = FineTuningOptions.All, LearningRate = 0.3, Mixup = 0.5, WeightDecay = 0.05 };
        var space = NetworkSpace.Create(given);
        var start = NetworkSpace.OptionsOf(space.SampleFromFeatureSpace(space.Default), given);
        Assert.Equal((0.3, 0.5, 0.05), (start.LearningRate, start.Mixup, start.WeightDecay), Close);
        Assert.Equal((given.StageRate, given.LabelSmoothing, given.PretrainedRate),
            (start.StageRate, start.LabelSmoothing, start.PretrainedRate), Close);
        Assert.Same(given.Augmentation, start.Augmentation);
        Assert.False(NetworkSpace.Create(new() { WeightDecay = 0, Augmentation = RandomAugmentation.None }).Keys
            .Intersect([NetworkSpace.WeightDecay, NetworkSpace.Augmentation, NetworkSpace.StageRate]).Any());
        Assert.Throws<ArgumentException>(() => NetworkSpace.OptionsOf(
            Parameter.CreateNestedParameter(new KeyValuePair<string, Parameter>("depth", Parameter.FromInt(2)))));
    }

    private static bool Close((double, double, double) a, (double, double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < 1e-9;

    private static IEnumerable<(int, string, double?, TrialState)> Told(SearchResult result) =>
        result.Trials.Select(t => (t.Number, t.Parameters.ToJson(), t.Value, t.State));

    private SearchResult Run(SearchOptions options, string study) => new SearchJob(options with
    {
        Search = options.Search with { StudyPath = Path.Combine(_folder, study) },
    }).Run(DataSource.Open(Pictures));
}

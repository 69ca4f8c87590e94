using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Jobs;

/// <summary>Figures say what they were measured on.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-trust-").FullName;
    private readonly Backbone _backbone = BackboneCatalog.Resolve("bootstrap-resnet");

    public TrustTests() => SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 10, Size = 64, Seed = 4 });

    private string Pictures => Path.Combine(_folder, "pictures");

    [Fact]
    public void Pictures_that_were_trained_on_are_known_under_any_name_and_a_figure_without_them_stands_beside()
    {
        var trained = Train().Run(DataSource.Open(Pictures));
        Assert.Equal(12, trained.Trained.Card.HeldOutFiles.Count);
        Assert.Equal((12, 48), (trained.Trained.Card.HeldOutPictures!.Count, trained.Trained.Card.TrainingPictures!.Count));

        // Another folder, other names, and two pictures of each class that are new.
        var copies = Path.Combine(_folder, "copies");
        SampleSet.Write(copies, new SampleSetOptions { ImagesPerClass = 2, Size = 64, Seed = 9 });
        foreach (var record in DataSource.Open(Pictures).Records)
            File.Copy(record.Path, Path.Combine(copies, record.Label, $"copy of {Path.GetFileName(record.Path)}"));
        var tested = Evaluate(trained.Trained, copies);
        Assert.Equal((72, 48), (tested.Images, tested.TrainedOn));
        Assert.Equal(24, tested.Unseen!.TestImages);
        Assert.Equal(24, tested.Pictures.Count(p => p.TrainedOn == false));
        Assert.Contains("48 of the 72", tested.Trust, StringComparison.Ordinal);
        Assert.True(tested.Unseen.MicroAccuracyInterval.Low < tested.Unseen.MicroAccuracy);
        Assert.True(tested.Unseen.MicroAccuracyInterval.High - tested.Unseen.MicroAccuracyInterval.Low
            > tested.Evaluation.MicroAccuracyInterval.High - tested.Evaluation.MicroAccuracyInterval.Low);

        // The part that training held out gives training's own figure.
        var heldOut = DataSource.Open(Pictures);
        heldOut = heldOut.Subset(Enumerable.Range(0, heldOut.Records.Count)
            .Where(i => trained.TestPictures.Contains(heldOut.Records[i])));
        var again = Evaluate(trained.Trained, heldOut);
        Assert.Equal((0, trained.Evaluation!.MicroAccuracy), (again.TrainedOn, again.Unseen!.MicroAccuracy));
    }

    [Fact]
    public void Where_all_were_trained_on_or_it_cannot_be_known_there_is_no_figure_for_new_ones()
    {
        var trained = Train(folds: 2).Run(DataSource.Open(Pictures));
        var all = Evaluate(trained.Trained, Pictures);
        Assert.Equal((60, null), (all.TrainedOn, all.Unseen));
        Assert.Contains("all 60", all.Trust, StringComparison.Ordinal);

        // A model file from before cards told it.
        var old = Path.Combine(_folder, "old.zip");
        ModelFile.Save(old, trained.Trained with { Card = trained.Trained.Card with { TrainingPictures = null } });
        var unknown = Evaluate(ModelFile.Load(old), Pictures);
        Assert.Equal((null, null), (unknown.TrainedOn, unknown.Unseen));
        Assert.Contains("does not say", unknown.Trust, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_model_that_was_started_from_was_trained_on_counts_as_trained_on()
    {
        var data = DataSource.Open(Pictures);
        var first = Train(seed: 1).Run(data).Trained;
        using var start = ImageClassificationModel.From(first);
        var options = new TrainingOptions
        {
            Backbone = _backbone,
            UseCache = false,
            Seed = 2,
            WarmStart = start.Head,
            WarmStartPictures = first.Card.TrainingPictures,
        };
        var second = new TrainingJob(options).Run(data);
        Assert.InRange(second.StartTrainedOn!.Value, 1, 12);
        Assert.Contains("started from", second.Trust, StringComparison.Ordinal);
        Assert.Equal(48 + second.StartTrainedOn, second.Trained.Card.TrainingPictures!.Count);
        Assert.Equal(48 + second.StartTrainedOn, Evaluate(second.Trained, data).TrainedOn);
        var unknown = new TrainingJob(options with { WarmStartPictures = null }).Run(data);
        Assert.Equal((null, null), (unknown.StartTrainedOn, unknown.Trained.Card.TrainingPictures));
        Assert.Equal(0, new TrainingJob(options with { Folds = 2 }).Run(data).StartTrainedOn);
    }

    [Fact]
    public void The_same_picture_with_different_labels_is_named_and_stays_on_one_side()
    {
        string[] classes = [.. SampleSet.Classes];
        var picture = Path.Combine(Pictures, classes[0], "000.png");
        foreach (var name in classes.Skip(1))
            File.Copy(picture, Path.Combine(Pictures, name, "again.png"));
        File.Copy(Path.Combine(Pictures, classes[0], "001.png"), Path.Combine(Pictures, classes[0], "same label.png"));
        for (var seed = 1; seed <= 4; seed++)
        {
            var lines = new Lines();
            var result = Train(seed: seed).Run(DataSource.Open(Pictures), lines);
            var conflict = Assert.Single(result.LabelConflicts);
            Assert.Equal(classes.Order(StringComparer.Ordinal), conflict.Select(p => p.Label).Order(StringComparer.Ordinal));
            Assert.Contains(lines.Notes, note => conflict.All(p => note.Contains(p.Path, StringComparison.Ordinal)));
            Assert.Contains(conflict.Count(p => result.TestPictures.Any(t => t.Path == p.Path)), new[] { 0, conflict.Count });
        }
    }

    [Fact]
    public void A_search_ends_with_a_figure_on_pictures_that_no_trial_saw()
    {
        var found = Search(new SearchOptions { Backbones = [_backbone] });
        Assert.Equal(12, found.HeldOut!.TestImages);
        Assert.Contains("12 pictures that no trial saw", found.Trust, StringComparison.Ordinal);
        Assert.Contains("12 of them set aside", found.Search.Settings.Subject, StringComparison.Ordinal);
        Assert.Equal(found.HeldOut.MicroAccuracy, found.Trained!.Card.Metrics["microAccuracy"]);
        Assert.Equal(60, found.Trained.Card.TrainingPictures!.Count);

        // What is set aside has no part in the trials: pictures that say nothing there change no value.
        var without = Search(new SearchOptions { Backbones = [_backbone], HoldOut = 0 });
        Assert.Null(without.HeldOut);
        Assert.Contains("no pictures were set aside", without.Trust, StringComparison.Ordinal);
        Assert.NotEqual(without.Trials.Select(t => t.Value), found.Trials.Select(t => t.Value));
        var nested = Search(new SearchOptions { Backbones = [_backbone], OuterFolds = 2 });
        Assert.Null(nested.HeldOut);
        Assert.InRange(nested.Nested!.MicroAccuracy, nested.Nested.MicroAccuracyInterval.Low,
            nested.Nested.MicroAccuracyInterval.High);
    }

    [Fact]
    public void Too_few_pictures_are_all_searched_on_unless_some_were_to_be_set_aside()
    {
        var options = new SearchOptions { Backbones = [_backbone], Search = new HeadExperimentOptions { Folds = 10 } };
        Assert.Null(Search(options).HeldOut);
        var refused = Assert.Throws<JobException>(() => Search(options with { HoldOut = 0.1 }));
        Assert.Contains("too few pictures", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TrainingJob Train(int folds = 0, int seed = 1) =>
        new(new TrainingOptions { Backbone = _backbone, Folds = folds, Seed = seed, UseCache = false });

    private SearchResult Search(SearchOptions options) => new SearchJob(options with
    {
        UseCache = false,
        Choices = new PictureChoices(),
        Search = options.Search with { Folds = options.Search.Folds == 10 ? 10 : 2, Budget = new StudyBudget { Trials = 3 } },
    }).Run(DataSource.Open(Pictures));

    private static EvaluationResult Evaluate(TrainedModel trained, string data) => Evaluate(trained, DataSource.Open(data));

    private static EvaluationResult Evaluate(TrainedModel trained, ImageDataSet data)
    {
        using var model = ImageClassificationModel.From(trained);
        return new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(data);
    }

    private sealed class Lines : IJobProgress, IJobStage
    {
        public List<string> Notes { get; } = [];

        public IJobStage Begin(string name, long total, string unit, long from) => this;

        public void Note(string line) => Notes.Add(line);

        public void Report(long done, string detail)
        {
        }

        public void Dispose()
        {
        }
    }
}

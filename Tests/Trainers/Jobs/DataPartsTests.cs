using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Jobs;

/// <summary>What is trained on, chosen by and tested on when a data set says it.</summary>
public sealed class DataPartsTests : IDisposable
{
    private static readonly string s_lost = SampleSet.Classes[0];
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-parts-").FullName;
    private readonly Backbone _backbone = BackboneCatalog.Resolve("bootstrap-resnet");

    public DataPartsTests()
    {
        foreach (var (part, count, seed) in new[] { ("train", 6, 4), ("val", 3, 5), ("test", 2, 6) })
        {
            SampleSet.Write(Path.Combine(_folder, "data", part), new SampleSetOptions
            {
                ImagesPerClass = count,
                Size = 64,
                Seed = seed,
            });
        }
    }

    private TrainingOptions Options => new() { Backbone = _backbone, Seed = 5, UseCache = false };

    private string PathOf(params string[] parts) => Path.Combine([_folder, "data", .. parts]);

    [Fact]
    public void Training_uses_the_training_part_and_the_figure_is_that_of_the_test_part()
    {
        var data = DataSource.Open(PathOf());
        var result = new TrainingJob(Options).Run(data);
        Assert.Equal((36, 12), (result.TrainImages, result.Evaluation!.TestImages));
        Assert.Equal(36, result.Trained.Card.TrainingPictures!.Count);
        Assert.All(result.Trained.Card.HeldOutFiles, f => Assert.StartsWith("test", f, StringComparison.Ordinal));

        // An evaluation of the whole takes the same part, and one's own test set is tested in the same way.
        using var model = ImageClassificationModel.From(result.Trained);
        var again = new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(data);
        Assert.Equal((12, 0), (again.Images, again.TrainedOn));
        Assert.Equal(result.Evaluation.LogLoss, again.Evaluation.LogLoss, 1e-4);
        var own = new TrainingJob(Options).Run(DataSource.Open(PathOf("train")).WithTest(DataSource.Open(PathOf("test"))));
        Assert.Equal(result.Evaluation.LogLoss, own.Evaluation!.LogLoss);
        Assert.Throws<JobException>(() => new TrainingJob(Options with { Folds = 2 }).Run(data));
    }

    [Fact]
    public void A_search_chooses_by_the_validation_part_and_is_tested_on_the_test_part()
    {
        var options = new SearchOptions
        {
            Backbones = [_backbone],
            Choices = new PictureChoices(),
            Search = new HeadExperimentOptions { Budget = new StudyBudget { Trials = 2 } },
            UseCache = false,
        };
        var found = new SearchJob(options).Run(DataSource.Open(PathOf()));
        Assert.Equal(12, found.HeldOut!.TestImages);
        Assert.Equal((36, 36), (found.TrainImages, found.Trained!.Card.TrainingPictures!.Count));

        // A share of 18 pictures.
        Assert.All(found.Trials, t => Assert.Equal(Math.Round(t.Value!.Value * 18), t.Value.Value * 18, 1e-6));
    }

    [Fact]
    public void A_picture_in_both_parts_is_named()
    {
        var twin = PathOf("test", s_lost, "twin.png");
        File.Copy(PathOf("train", s_lost, "001.png"), twin);
        var shared = Assert.Single(new TrainingJob(Options).Run(DataSource.Open(PathOf())).SharedPictures);
        Assert.Equal([PathOf("train", s_lost, "001.png"), twin], shared);
    }

    [Fact]
    public void A_test_set_with_a_class_that_is_not_trained_on_is_refused_or_counted()
    {
        Directory.Delete(PathOf("train", s_lost), recursive: true);
        var data = DataSource.Open(PathOf());
        var refused = Assert.Throws<JobException>(() => new TrainingJob(Options).Run(data));
        Assert.Contains($"'{s_lost}' (2)", refused.Message, StringComparison.Ordinal);
        var skipping = Options with { Run = new BackboneRunOptions { BadImages = BadImagePolicy.Skip } };
        var result = new TrainingJob(skipping).Run(data);
        Assert.Equal((10, 2), (result.Evaluation!.TestImages, result.Skipped));
        Assert.All(result.SkippedFiles, s => Assert.Contains($"no class '{s_lost}'", s.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void With_no_share_held_out_everything_is_trained_on_and_nothing_is_measured()
    {
        var result = new TrainingJob(Options with { TestFraction = 0 }).Run(DataSource.Open(PathOf("train")));
        Assert.Null(result.Evaluation);
        Assert.Equal(36, result.TrainImages);
        Assert.Empty(result.TestPictures);
        Assert.Empty(result.Trained.Card.Metrics);
    }

    [Fact]
    public void A_class_with_one_picture_is_trained_on_and_said_not_to_be_tested()
    {
        foreach (var file in Directory.EnumerateFiles(PathOf("train", s_lost)).Order(StringComparer.Ordinal).Skip(1))
            File.Delete(file);
        var result = new TrainingJob(Options).Run(DataSource.Open(PathOf("train")));
        Assert.Equal([s_lost], result.UntestedClasses);
        Assert.Contains(s_lost, result.Trained.Card.ClassNames);
        Assert.Equal(26, result.TrainImages);

        // The mean over the classes is over those that were tested.
        var recalls = result.Evaluation!.PerClass.Where(c => c.Support > 0).Select(c => c.Recall).ToList();
        Assert.Equal(5, recalls.Count);
        Assert.Equal(recalls.Average(), result.Evaluation.MacroAccuracy, 1e-9);
    }

    [Fact]
    public void Pictures_that_prove_bad_when_they_are_decoded_are_named_together()
    {
        string[] cut = [PathOf("train", s_lost, "001.png"), PathOf("train", SampleSet.Classes[1], "002.png")];
        foreach (var file in cut)
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..200]);
        var data = DataSource.Open(PathOf("train"));
        var error = Assert.Throws<DataSourceException>(() => new TrainingJob(Options).Run(data));
        Assert.Equal(cut.Order(StringComparer.Ordinal), error.Unusable.Select(u => u.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_class_that_loses_all_its_pictures_is_no_class_of_the_model()
    {
        foreach (var file in Directory.EnumerateFiles(PathOf("train", s_lost)))
            File.WriteAllText(file, "");
        var skipping = Options with { Run = new BackboneRunOptions { BadImages = BadImagePolicy.Skip } };
        var data = DataSource.Open(PathOf("train"), new DataSourceOptions { BadImages = BadImagePolicy.Skip });
        var result = new TrainingJob(skipping).Run(data);
        Assert.DoesNotContain(s_lost, result.Trained.Card.ClassNames);
        Assert.Equal((6, 5), (result.Skipped, result.Evaluation!.Classes.Count));
    }

    [Theory]
    [InlineData("0,5")]
    [InlineData("1,234.5")]
    [InlineData("-1")]
    [InlineData("much")]
    [InlineData("")]
    public void A_weight_that_is_no_plain_number_is_refused_by_line(string weight)
    {
        var rows = DataSource.Open(PathOf("train")).Records.Select(r => $"{r.Path}\t{r.Label}\t1").ToList();
        rows[1] = rows[1][..^1] + weight;
        var manifest = Path.Combine(_folder, "m.tsv");
        File.WriteAllLines(manifest, ["path\tlabel\tw", .. rows]);
        var job = new TrainingJob(Options with { WeightColumn = "w" });
        var error = Assert.Throws<JobException>(() => job.Run(DataSource.Open(manifest)));
        Assert.Contains($"m.tsv, line 3: the weight '{weight}' in the column 'w'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Search;
using MlPipeline.Trainers.Solvers;

namespace MlPipeline.Trainers.Tests.Search;

public class HeadExperimentTests
{
    [Theory, InlineData("tpe", "none"), InlineData("random", "halving")]
    public void The_trials_do_not_depend_on_how_many_run_at_a_time(string sampler, string pruner)
    {
        var options = Options(sampler, pruner);
        var one = Text(new HeadExperiment(options with { Threads = 1 }).Execute(Samples()));
        var many = Text(new HeadExperiment(options with { Threads = 2, Parallel = 3 }).Execute(Samples()));
        Assert.Equal(one, many);
    }

    [Theory, InlineData(HeadMetric.MicroAccuracy), InlineData(HeadMetric.MacroF1), InlineData(HeadMetric.LogLoss)]
    public void Finds_a_head_that_is_no_worse_than_the_first(HeadMetric metric)
    {
        var found = new HeadExperiment(Options("tpe", "none") with { Metric = metric }).Execute(Samples());
        Assert.Equal(12, found.Trials.Count);
        Assert.Equal("lbfgs", found.Trials[0].Parameters["solver"].AsType<string>());
        double first = found.Trials[0].Value!.Value, best = found.Best!.Value!.Value;
        Assert.True(metric == HeadMetric.LogLoss ? best <= first : best >= first);
        Assert.Equal(found.Best.Parameters["l2"].AsType<double>(), found.BestOptions!.L2Regularization);
        Assert.NotEmpty(ParameterImportance.Estimate(found.Settings.Space, found.Trials));
    }

    [Fact]
    public void Of_trials_with_equal_accuracy_the_one_with_the_lowest_loss_is_taken()
    {
        var options = Options("random", "none") with { Budget = new StudyBudget { Trials = 40 } };
        var byAccuracy = new HeadExperiment(options).Execute(Samples());
        var byLoss = new HeadExperiment(options with { Metric = HeadMetric.LogLoss }).Execute(Samples());
        int[] equal = [.. byAccuracy.Trials.Where(t => t.Value == byAccuracy.Trials.Max(other => other.Value))
            .Select(t => t.Number)];
        Assert.True(equal.Length > 1);
        Assert.Equal(byAccuracy.Trials.Select(t => t.Parameters.ToJson()), byLoss.Trials.Select(t => t.Parameters.ToJson()));
        Assert.Equal(equal.MinBy(number => byLoss.Trials[number].Value), byAccuracy.Best!.Number);
    }

    [Fact]
    public void Holds_out_a_part_and_ends_trials_on_parts_of_the_rows()
    {
        var found = new HeadExperiment(
            Options("random", "halving") with { Folds = 0, Pruner = HeadExperiment.Pruner("halving", 0) }).Execute(Samples());
        Assert.Contains(found.Trials, t => t.State == TrialState.Complete && t.Curve.Select(p => p.Step)
            .SequenceEqual([1, 3, 9]));
    }

    [Fact]
    public void Nested_folds_cover_every_row_once()
    {
        var samples = Samples();
        var folds = new HeadExperiment(Options("sobol", "none") with { Budget = new StudyBudget { Trials = 4 } })
            .EstimateNested(samples, 3);
        Assert.Equal(3, folds.Count);
        Assert.Equal(samples.Count, folds.Sum(f => f.Rows));
        Assert.All(folds, f => Assert.InRange(f.Scores.MicroAccuracy, 0.6, 1));
    }

    [Fact]
    public void A_name_that_is_no_option_fails_the_trials_by_name()
    {
        var options = Options("random", "none") with
        {
            Space = new() { { "depth", new UniformIntOption(1, 3) } },
            Budget = new StudyBudget { Trials = 2 }
        };
        var found = new HeadExperiment(options).Execute(Samples());
        Assert.Null(found.Best);
        Assert.All(found.Trials, t => Assert.Contains("'depth'", t.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Scores_are_what_their_definitions_say()
    {
        // Two rows of class a, both right; one of b, taken for a.
        var samples = new FeatureMatrix([1, 2, 1], 1, [0, 0, 1], ["a", "b", "c"]);
        var scores = HeadScores.Measure(new LinearModel([1, 0, 0], [0, 0, -50]), samples);
        Assert.Equal(2.0 / 3, scores.MicroAccuracy, 1e-12);
        Assert.Equal(0.5, scores.MacroAccuracy, 1e-12);
        Assert.Equal((2 * 2.0 / 5 + 0) / 2, scores.MacroF1, 1e-12);
        Assert.Equal((2 * Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-2)) + 1) / 3, scores.LogLoss, 1e-5);
    }

    [Fact]
    public void A_solver_of_earlier_spaces_is_refused_with_what_took_its_place()
    {
        var options = Options("grid", "none") with { Space = new() { { "solver", new ChoiceOption("sdca") } } };
        var found = new HeadExperiment(options).Execute(Samples());
        Assert.All(found.Trials, t => Assert.Contains("'lbfgs' minimises the same objective", t.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Augmentations_of_one_picture_are_not_parted()
    {
        // Four near copies of each of 24 rows of noise: whoever sees one copy knows the others' class.
        var random = new Random(3);
        var rows = Enumerable.Range(0, 24).SelectMany(picture =>
        {
            float[] noise = [.. Enumerable.Range(0, HeadRows.FeatureCount).Select(_ => random.NextSingle())];
            return Enumerable.Range(0, 4).Select(_ => new Augmentation
            {
                Name = "c" + picture % 2,
                Features = [.. noise.Select(v => v + 0.001f * random.NextSingle())],
                Picture = picture,
            });
        }).ToArray();
        var ml = new MLContext(1);
        var data = ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(ml.Data.LoadFromEnumerable(rows))
            .Transform(ml.Data.LoadFromEnumerable(rows));
        double Best(string? key)
        {
            var search = ml.MulticlassClassification.Trainers.LinearHeadSearch(Options("random", "none") with
            {
                Space = new() { { "l2", new UniformDoubleOption(1e-4, 1e-3) } },
                Budget = new StudyBudget { Trials = 3 },
                Head = new LinearHeadOptions { SamplingKeyColumnName = key, Scaling = HeadScaling.Standardize },
            });
            search.Fit(data);
            return search.Found!.Best!.Value!.Value;
        }

        var (parted, kept) = (Best(null), Best("Picture"));
        Assert.True(parted > 0.75 && kept < 0.7, $"{parted} with augmentations parted, {kept} with them kept together");
    }

    private sealed class Augmentation
    {
        public string Name { get; set; } = "";

        [VectorType(HeadRows.FeatureCount)]
        public float[] Features { get; set; } = [];

        public int Picture { get; set; }
    }

    private static HeadExperimentOptions Options(string sampler, string pruner) => new()
    {
        Sampler = SamplerCatalog.ByName(sampler),
        Pruner = HeadExperiment.Pruner(pruner, 3),
        Folds = 3,
        Budget = new StudyBudget { Trials = 12 },
    };

    private static string Text(HeadExperimentResult result) =>
        string.Join('\n',
            result.Trials.Select(t => $"{t.Number} {t.State} {t.Parameters} {t.Value:R} {t.Error} {string.Join(' ', t.Curve)}"));

    // Three overlapping clouds in eight dimensions.
    private static FeatureMatrix Samples()
    {
        var builder = new FeatureMatrixBuilder(8, ["a", "b", "c"]);
        for (var row = 0; row < 90; row++)
        {
            TrialRandom random = new(3, row);
            float[] features = [.. Enumerable.Range(0, 8).Select(k => (float)random.NextNormal() + (k == row % 3 ? 2.5f : 0))];
            builder.Add(features, row % 3);
        }

        return builder.Build();
    }
}

using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class PictureSearchDataTests
{
    private const int PerClass = 12;
    private static readonly string[] s_classes = ["a", "b"];
    private static readonly Backbone s_backbone = FeatureBank.BackboneFor(BackboneCatalog.Resolve(BackboneCatalog.Bootstrap),
        [FeatureBank.Auto]);

    [Fact]
    public void The_candidates_are_each_stage_alone_the_deepest_joined_and_covariances()
    {
        var candidates = FeatureBank.Candidates(s_backbone);
        var stages = s_backbone.Stages.Count;
        Assert.Equal("pooled", candidates[0]);
        Assert.Equal(2 * stages + 1, candidates.Count);
        Assert.Equal(stages, candidates[^3].Split('+').Length);
        Assert.Equal(["pooled:cov", $"stage{stages - 1}:cov+pooled:cov"], candidates.TakeLast(2));
        Assert.All(candidates, c => Assert.InRange(s_backbone.WithFeatures(c).FeatureCount, 1, s_backbone.FeatureCount));
    }

    [Fact]
    public void Training_rows_are_views_with_shares_of_a_picture_and_test_rows_their_means()
    {
        var data = new PictureSearchData([Bank("stage1", Augmentations.Flips)], s_classes);
        var selection = new PictureSelection(Bank("stage1", Augmentations.Flips), "stage1", Augmentations.Flips,
            Augmentations.Flips);
        FeatureMatrix train = data.TrainingRows(selection, [3, 15]), test = data.TestRows(selection, [3, 15]);
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f], train.Weights.ToArray());
        Assert.Equal([3, 3, 15, 15], train.Groups.ToArray());
        Assert.Equal([0, 0, 1, 1], train.Labels.ToArray());
        Assert.Equal(2, test.Count);
        Assert.Equal((train.Row(0)[0] + train.Row(1)[0]) / 2, test.Row(0)[0]);
    }

    [Theory, InlineData("stage1"), InlineData("pooled")]
    public void The_probe_takes_the_features_that_tell_the_classes(string telling)
    {
        var bank = Bank(telling, Augmentations.None);
        var data = new PictureSearchData([bank], s_classes);
        var probe = FeatureProbe.Run(data,
            [.. FeatureBank.Candidates(s_backbone)
                .Select(c => new PictureSelection(bank, c, Augmentations.None, Augmentations.None))]);
        Assert.Equal(telling, probe.Chosen);
        Assert.Equal(FeatureBank.Candidates(s_backbone), probe.Candidates.Select(c => c.Features));
        var chosen = probe.Candidates.Single(c => c.Features == probe.Chosen);
        Assert.True(chosen.Accuracy > 0.9);
        Assert.Equal(s_backbone.WithFeatures(telling).FeatureCount, chosen.Dimension);
    }

    [Fact]
    public void The_search_finds_the_features_that_tell_the_classes_without_the_outer_fold()
    {
        var data = new PictureSearchData([Bank("stage1", Augmentations.Flips)], s_classes,
            new PictureChoices { Features = ["pooled", "stage1"], TrainingViews = [Augmentations.None, Augmentations.Flips] });
        var experiment = new HeadExperiment(new HeadExperimentOptions
        {
            Folds = 3,
            Budget = new StudyBudget { Trials = 12 },
            Space = new() { { "l2", new UniformDoubleOption(0.1, 100, logBase: true) } },
        });
        var found = experiment.Execute(data);
        Assert.Equal("stage1", found.Best!.Parameters["features"].AsType<string>());
        Assert.Equal("stage1", data.SelectionOf(found.Best.Parameters).Features);
        Assert.Equal(found.Best.Parameters["l2"].AsType<double>(), found.BestOptions!.L2Regularization);
        var folds = experiment.EstimateNested(data, 2);
        Assert.Equal(2 * PerClass, folds.Sum(f => f.Rows));
        Assert.All(folds, f => Assert.True(f.Scores.MicroAccuracy > 0.8));
    }

    // One part of the features tells the classes apart; the rest is noise.
    private static FeatureBank Bank(string telling, Augmentations views)
    {
        var random = new Random(11);
        var value = s_backbone.WithFeatures(telling).FeatureParts[0].Value;
        var part = s_backbone.FeatureParts.First(p => p.Value == value);
        List<FeatureRow> rows = [];
        for (var i = 0; i < 2 * PerClass; i++)
        {
            float[] features = [.. Enumerable.Range(0, s_backbone.FeatureCount * FeatureBank.CountOf(views))
                .Select(_ => random.NextSingle())];
            for (var k = 0; k < features.Length; k++)
            {
                if (k % s_backbone.FeatureCount is var place && place >= part.Offset && place < part.Offset + part.Length)
                    features[k] += i / PerClass * 0.7f;
            }

            rows.Add(new FeatureRow(i, $"{i}.png", s_classes[i / PerClass], features));
        }

        return new FeatureBank(s_backbone, views, rows);
    }
}

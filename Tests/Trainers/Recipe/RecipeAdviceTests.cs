using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

public class RecipeAdviceTests
{
    private const int Pictures = 100;
    private const int Right = 70;

    [Theory]
    [InlineData(8, 2, 112.0 / 1024)]
    [InlineData(2, 8, 112.0 / 1024)]
    [InlineData(10, 1, 24.0 / 2048)]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    public void The_test_is_McNemars_exact_one(int better, int worse, double expected) =>
        Assert.Equal(expected, Candidate("an SVM", better, worse).PValue, 12);

    [Fact]
    public void What_is_better_by_chance_is_not_advised()
    {
        var advice = RecipeAdvice.From([Default, Candidate("an SVM", 8, 2), Candidate("more depths", 4, 9)]);
        Assert.Equal("the default", advice.Advised.Name);
        Assert.Contains("nothing is better", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_better_by_more_is_advised_and_what_is_worse_by_more_is_not()
    {
        var advice = RecipeAdvice.From([Default, Candidate("an SVM", 0, 30), Candidate("more depths", 12, 1)]);
        Assert.Equal("more depths", advice.Advised.Name);
    }

    [Fact]
    public void Once_one_is_better_the_others_are_held_against_fewer()
    {
        // p = 0.0034 and 0.0357: by itself the second must be at most 0.025, after the first 0.05.
        var layers = Candidate("layers", 20, 8);
        Assert.Equal("the default", RecipeAdvice.From([Default, Candidate("more depths", 5, 5), layers]).Advised.Name);
        Assert.Equal("layers", RecipeAdvice.From([Default, Candidate("more depths", 12, 1), layers]).Advised.Name);
    }

    [Fact]
    public void What_was_given_up_after_a_part_of_the_pictures_is_not_advised()
    {
        var part = Candidate("layers", 40, 0) with { Pictures = Pictures / 3 };
        Assert.Equal("more depths", RecipeAdvice.From([Default, Candidate("more depths", 12, 1), part]).Advised.Name);
    }

    [Theory]
    [InlineData(8, 3, 9, TransferWay.LinearHead)]
    [InlineData(8, 20, 1, TransferWay.SvmOnEarlierLayers)]
    [InlineData(4000, 3, 9, TransferWay.LinearHead)]
    public void The_rule_gives_way_to_what_was_measured(int perClass, int better, int worse, TransferWay expected)
    {
        var rule = TransferAdvice.From(new TransferMeasurements
        {
            SamplesPerClass = perClass,
            Chance = 0.2,
            LinearAccuracy = 0.6,
            NearestMeanAccuracy = 0.5,
        });
        Assert.Contains(rule.Way, new[] { TransferWay.SvmOnEarlierLayers, TransferWay.AllLayers });
        var svm = Candidate("an SVM on earlier layers", better, worse) with
        {
            Trainer = HeadSolver.Svm,
            FeaturesFrom = "stage3+pooled",
        };
        var advice = rule.Against(RecipeAdvice.From([Default, svm]));
        Assert.Equal((expected, 0.7), (advice.Way, advice.Measurements.LinearAccuracy));
    }

    private static RecipeCandidate Default => Candidate("the default", 0, 0);

    // The default is right for 70 pictures; the other way for some more of them, and not for some of these.
    private static RecipeCandidate Candidate(string name, int better, int worse) => RecipeCandidate.Of(name, HeadSolver.Lbfgs,
        "pooled", [.. Enumerable.Range(0, Pictures).Select(i => i >= worse && i < Right + better)],
        [.. Enumerable.Range(0, Pictures).Select(i => i < Right)]);
}

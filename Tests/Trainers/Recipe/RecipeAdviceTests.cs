using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

public class RecipeAdviceTests
{
    private const int Pictures = 100;

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
    public void The_rule_gives_way_to_what_was_measured()
    {
        var rule = new TransferAdvice(TransferWay.SvmOnEarlierLayers, "Few pictures.", new TransferMeasurements
        {
            SamplesPerClass = 8,
            Chance = 0.2,
            LinearAccuracy = 0.7,
            NearestMeanAccuracy = 0.5,
        });
        var svm = Candidate("an SVM on earlier layers", 3, 9) with { Trainer = HeadSolver.Svm, FeaturesFrom = "stage3+pooled" };
        Assert.Equal(TransferWay.LinearHead, rule.Against(RecipeAdvice.From([Default, svm])).Way);
        Assert.Equal(TransferWay.SvmOnEarlierLayers,
            rule.Against(RecipeAdvice.From([Default, svm with { Better = 20, Worse = 1, PValue = 1e-4 }])).Way);
        var layers = rule with { Way = TransferWay.AllLayers };
        Assert.Equal(TransferWay.LinearHead, layers.Against(RecipeAdvice.From([Default])).Way);
    }

    private static RecipeCandidate Default => Candidate("the default", 0, 0);

    // The default is right for all but the first pictures, which the other way gets right; it fails on the last.
    private static RecipeCandidate Candidate(string name, int better, int worse) => RecipeCandidate.Of(name, HeadSolver.Lbfgs,
        "pooled", [.. Enumerable.Range(0, Pictures).Select(i => i < Pictures - worse)],
        [.. Enumerable.Range(0, Pictures).Select(i => i >= better)]);
}

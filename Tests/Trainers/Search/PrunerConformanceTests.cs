using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>What every pruner must do; a new one needs only its line in the catalog.</summary>
public class PrunerConformanceTests
{
    public static TheoryData<string> Pruners => [.. PrunerCatalog.Names];

    public static TheoryData<string> Ending => [.. PrunerCatalog.Names.Where(n => n != "none")];

    [Theory, MemberData(nameof(Pruners))]
    public void Is_found_by_the_name_it_says(string name)
    {
        Assert.Equal(name, PrunerCatalog.ByName(name).Name);
        Assert.DoesNotContain("MlPipeline", $"{PrunerCatalog.ByName(name)}", StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pruners))]
    public void Lets_a_trial_go_on_that_has_no_rivals_or_has_reported_nothing(string name)
    {
        var pruner = PrunerCatalog.ByName(name);
        Assert.False(pruner.ShouldPrune(new PruneQuery(0, Curve(5, 27), [])));
        Assert.False(pruner.ShouldPrune(new PruneQuery(30, [], Rivals(30))));
    }

    [Theory, MemberData(nameof(Pruners))]
    public void Never_ends_the_best(string name)
    {
        var pruner = PrunerCatalog.ByName(name);
        for (var trial = 30; trial < 36; trial++)
        {
            for (var step = 1; step <= 27; step++)
                Assert.False(pruner.ShouldPrune(new PruneQuery(trial, Curve(-1, step), Rivals(30))));
        }
    }

    [Theory, MemberData(nameof(Ending))]
    public void Ends_the_worst_before_its_end(string name)
    {
        var pruner = PrunerCatalog.ByName(name);
        for (var trial = 30; trial < 36; trial++)
        {
            Assert.Contains(Enumerable.Range(1, 27), step =>
                pruner.ShouldPrune(new PruneQuery(trial, Curve(1000, step), Rivals(30))));
        }
    }

    [Theory, MemberData(nameof(Ending))]
    public void Ends_a_trial_that_gives_no_numbers(string name)
    {
        CurvePoint[] curve = [.. Enumerable.Range(1, 27).Select(step => new CurvePoint(step, double.NaN))];
        Assert.True(PrunerCatalog.ByName(name).ShouldPrune(new PruneQuery(30, curve, Rivals(30))));
    }

    [Theory, MemberData(nameof(Pruners))]
    public void Decides_the_same_however_often_it_is_asked_and_whatever_the_order_of_the_rivals(string name)
    {
        foreach (var value in (double[])[0, 7, 14, 29])
        {
            var query = new PruneQuery(31, Curve(value, 9), Rivals(30));
            var decision = PrunerCatalog.ByName(name).ShouldPrune(query);
            var again = PrunerCatalog.ByName(name);
            Assert.Equal(decision, again.ShouldPrune(query with { Others = [.. query.Others.Reverse()] }));
            Assert.Equal(decision, again.ShouldPrune(query));
        }
    }

    [Fact]
    public void Halving_lets_one_in_four_go_on()
    {
        var pruner = new SuccessiveHalvingPruner(minimumSteps: 1, reduction: 4);
        var rivals = Rivals(15);
        Assert.False(pruner.ShouldPrune(new PruneQuery(15, Curve(2.5, 1), rivals)));
        Assert.True(pruner.ShouldPrune(new PruneQuery(15, Curve(4.5, 1), rivals)));
    }

    // Falls by step; the constant decides who is better.
    private static CurvePoint[] Curve(double value, int steps) =>
        [.. Enumerable.Range(1, steps).Select(step => new CurvePoint(step, value + 1.0 / step))];

    private static TrialCurve[] Rivals(int count) => [.. Enumerable.Range(0, count).Select(i => new TrialCurve(i, Curve(i, 27)))];
}

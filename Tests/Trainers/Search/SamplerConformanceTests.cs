using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>What every sampler must do, whatever its idea; a new one needs only its line in the catalog.</summary>
public class SamplerConformanceTests
{
    public static TheoryData<string> Samplers => [.. SamplerCatalog.Names];

    [Theory, MemberData(nameof(Samplers))]
    public void Is_found_by_the_name_it_says(string name)
    {
        Assert.Equal(name, SamplerCatalog.ByName(name).Name);
        Assert.Equal(name, SamplerCatalog.ByName(name.ToUpperInvariant()).Name);
        Assert.DoesNotContain("MlPipeline", $"{SamplerCatalog.ByName(name)}", StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Keeps_to_the_space(string name)
    {
        var space = TestSpaces.Conditional();
        foreach (var point in Points(SamplerCatalog.ByName(name), space, 60, seed: 3))
        {
            Assert.Equal(space.FeatureSpaceDim, point.Length);
            Assert.All(point, v => Assert.InRange(v, 0, 1));
            var p = space.SampleFromFeatureSpace(point);
            Assert.InRange(p["rate"].AsType<double>(), 1e-4, 1);
            Assert.InRange(p["depth"].AsType<int>(), 1, 4);
            Assert.Equal(p["kind"].AsType<string>() == "sgd", p.ContainsKey("momentum"));
            Assert.Equal(p["kind"].AsType<string>() == "svm", p.ContainsKey("margin"));
        }
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Keeps_constraints_also_of_nested_spaces(string name)
    {
        var inner = new SearchSpace { { "c", new UniformDoubleOption(0, 1) } };
        inner.Where(p => p["c"].AsType<double>() >= 0.5);
        var space = new SearchSpace
        {
            { "a", new UniformDoubleOption(0, 1) }, { "b", new UniformDoubleOption(0, 1) }, { "inner", inner },
        };
        space.Where(p => p["a"].AsType<double>() + p["b"].AsType<double>() <= 1);
        double[][] points = [.. Points(SamplerCatalog.ByName(name), space, 40, seed: 5)];
        Assert.True(points.Length >= 10);
        Assert.All(points, point =>
        {
            var p = space.SampleFromFeatureSpace(point);
            Assert.True(p["a"].AsType<double>() + p["b"].AsType<double>() <= 1);
            Assert.True(p["inner"]["c"].AsType<double>() >= 0.5);
        });
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Proposes_the_same_however_often_and_in_whatever_order_it_is_asked(string name)
    {
        var space = TestSpaces.Conditional();
        double[][] first = [.. Points(SamplerCatalog.ByName(name), space, 30, seed: 7)];
        var again = SamplerCatalog.ByName(name);
        var history = TestSpaces.Observe(space, first);
        foreach (var trial in Enumerable.Range(0, first.Length).Reverse())
        {
            Proposal proposal = new(space, trial, 7, history[..(trial - trial % 4)]);
            Assert.Equal(first[trial], again.Propose(proposal));
            Assert.Equal(first[trial], again.Propose(proposal));
        }
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Another_seed_gives_other_points_unless_the_sampler_has_no_chance_in_it(string name)
    {
        var space = TestSpaces.Conditional();
        double[][] one = [.. Points(SamplerCatalog.ByName(name), space, 20, seed: 1)];
        double[][] other = [.. Points(SamplerCatalog.ByName(name), space, 20, seed: 2)];
        if (name == "grid")
            Assert.Equal(one, other);
        else
            Assert.All(one.Zip(other), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Reaches_every_choice_and_both_halves_of_a_range(string name)
    {
        var space = new SearchSpace { { "pick", new ChoiceOption("a", "b", "c") }, { "x", new UniformSingleOption(-1f, 1f) } };
        Parameter[] seen = [.. Points(SamplerCatalog.ByName(name), space, 60, seed: 11).Select(space.SampleFromFeatureSpace)];
        Assert.Equal(["a", "b", "c"], seen.Select(p => p["pick"].AsType<string>()).Distinct().Order());
        Assert.Contains(seen, p => p["x"].AsType<float>() < 0);
        Assert.Contains(seen, p => p["x"].AsType<float>() > 0);
    }

    [Theory, MemberData(nameof(Samplers))]
    public void Does_not_mind_trials_that_failed_or_gave_no_number(string name)
    {
        var space = TestSpaces.Conditional();
        var sampler = SamplerCatalog.ByName(name);
        List<Observation> history = [];
        for (var trial = 0; trial < 24; trial++)
        {
            var point = sampler.Propose(new Proposal(space, trial, 1, history))!;
            history.Add(new Observation(trial, point, space.ActiveCoordinates(space.SampleFromFeatureSpace(point)),
                trial % 3 == 0 ? double.NaN : double.PositiveInfinity));
        }
    }

    internal static IEnumerable<double[]> Points(ISampler sampler, SearchSpace space, int count, int seed)
    {
        List<double[]> points = [];
        while (points.Count < count)
        {
            var history = TestSpaces.Observe(space, points);
            if (sampler.Propose(
                new Proposal(space, points.Count, seed, history[..(points.Count - points.Count % 4)])) is not { } point)
            {
                break;
            }

            points.Add(point);
        }

        return points;
    }
}

using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class GridSamplerTests
{
    [Fact]
    public void Both_ends_are_in_the_grid()
    {
        var space = new SearchSpace
        {
            { "x", new UniformDoubleOption(0.1, 0.7) },
            { "l", new UniformDoubleOption(1e-5, 10, logBase: true) },
            { "wide", new UniformIntOption(-100, 1000) },
            { "layers", new UniformIntOption(1, 1024, logBase: true) },
        };
        Parameter[] grid = [.. All(new GridSampler(3), space)];
        Assert.Equal(81, grid.Length);
        Assert.Equal([0.1, 0.4, 0.7], Distinct(grid, "x").Select(v => Math.Round(v, 12)));
        Assert.Equal(1e-5, Distinct(grid, "l")[0]);
        Assert.Equal(10, Distinct(grid, "l")[2]);
        Assert.Equal(0.01, Distinct(grid, "l")[1], 1e-12);
        Assert.Equal([-100.0, 450, 1000], Distinct(grid, "wide"));
        Assert.Equal([1.0, 32, 1024], Distinct(grid, "layers"));
    }

    [Fact]
    public void Each_distinct_point_comes_once_and_then_it_is_exhausted()
    {
        var space = TestSpaces.Conditional();
        var sampler = new GridSampler(3);
        string[] all = [.. All(sampler, space).Select(p => p.ToJson())];
        Assert.Equal(all.Length, all.Distinct().Count());

        // rate x depth x flag, times lbfgs, sgd with three momenta, svm with three margins.
        Assert.Equal(3 * 4 * 2 * (1 + 3 + 3), all.Length);
        Assert.Equal(all.Length, sampler.CountOf(space));
        Assert.Null(sampler.Propose(new Proposal(space, all.Length, 1, [])));
        Assert.Null(sampler.Propose(new Proposal(space, all.Length + 5, 1, [])));
    }

    [Fact]
    public void Small_ranges_of_whole_numbers_and_choices_are_taken_whole()
    {
        var space = new SearchSpace
        {
            { "n", new UniformIntOption(1, 7) },
            { "log", new UniformIntOption(1, 4, logBase: true) },
            { "c", new ChoiceOption([.. Enumerable.Range(0, 20).Cast<object>()]) },
        };
        Parameter[] grid = [.. All(new GridSampler(2), space)];
        Assert.Equal(7 * 4 * 20, grid.Length);
        Assert.Equal([1.0, 2, 3, 4], Distinct(grid, "log"));
    }

    [Fact]
    public void A_space_of_one_point_is_tried_once_by_a_grid_and_as_often_as_asked_by_others()
    {
        var space = new SearchSpace { { "only", new ChoiceOption("this") } };
        foreach (var sampler in SamplerCatalog.Names)
        {
            using var study = new Study(new StudySettings { Space = space, Sampler = SamplerCatalog.ByName(sampler) });
            study.Run((_, _) => 1, new StudyBudget { Trials = 15 });
            Assert.Equal(sampler == "grid" ? 1 : 15, study.Trials.Count);
            Assert.Empty(ParameterImportance.Estimate(space, study.Trials));
        }
    }

    [Fact]
    public void A_huge_grid_is_walked_only_as_far_as_asked()
    {
        var space = new SearchSpace();
        for (var i = 0; i < 15; i++)
            space.Add($"x{i}", new UniformDoubleOption(0, 1));

        Assert.NotNull(new GridSampler(10).Propose(new Proposal(space, 50, 1, [])));
    }

    private static double[] Distinct(Parameter[] grid, string name) =>
        [.. grid.Select(p => p[name].AsType<double>()).Distinct().Order()];

    private static IEnumerable<Parameter> All(GridSampler sampler, SearchSpace space)
    {
        for (var trial = 0; sampler.Propose(new Proposal(space, trial, 1, [])) is { } point; trial++)
            yield return space.SampleFromFeatureSpace(point);
    }
}

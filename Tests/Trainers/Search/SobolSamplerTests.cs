using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class SobolSamplerTests
{
    [Fact]
    public void Begins_as_published()
    {
        // The first ten points in three dimensions (Joe and Kuo 2008, example of their program).
        double[][] known =
        [
            [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125], [0.625, 0.125, 0.875], [0.125, 0.625, 0.375], [0.1875, 0.3125, 0.9375],
                [0.6875, 0.8125, 0.4375],
        ];
        var space = Cube(3);
        for (var trial = 0; trial < known.Length; trial++)
            Assert.Equal(known[trial], new SobolSampler(shift: false).Propose(new Proposal(space, trial, 1, [])));
    }

    [Theory, InlineData(1), InlineData(42)]
    public void Every_dyadic_interval_of_every_coordinate_has_its_one_point_for_any_seed(int seed)
    {
        var space = Cube(SobolSampler.MaxDimensions);
        var sampler = new SobolSampler();
        double[][] points = [.. Enumerable.Range(0, 64).Select(trial => sampler.Propose(new Proposal(space, trial, seed, [])))];
        for (var axis = 0; axis < SobolSampler.MaxDimensions; axis++)
            Assert.Equal(Enumerable.Range(0, 64), points.Select(p => (int)(p[axis] * 64)).Order());
    }

    [Fact]
    public void Too_many_parameters_are_refused_with_a_way_out()
    {
        var error = Assert.Throws<ArgumentException>(() => new SobolSampler()
            .Propose(new Proposal(Cube(SobolSampler.MaxDimensions + 1), 0, 1, [])));
        Assert.Contains("random or tpe", error.Message, StringComparison.Ordinal);
    }

    private static SearchSpace Cube(int dimensions)
    {
        var space = new SearchSpace();
        for (var i = 0; i < dimensions; i++)
            space.Add($"x{i}", new UniformDoubleOption(0, 1));

        return space;
    }
}

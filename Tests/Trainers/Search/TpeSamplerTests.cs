using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class TpeSamplerTests
{
    private const int Trials = 100;
    private const int Seeds = 20;

    public static TheoryData<string> Functions => [.. TestFunctions.All.Keys];

    [Theory, MemberData(nameof(Functions))]
    public void Beats_random_points(string name)
    {
        (var dimensions, var minimum, var function) = TestFunctions.All[name];
        var tpe = RegretBySeed(() => new TpeSampler(), dimensions, minimum, function);
        var random = RegretBySeed(() => new RandomSampler(), dimensions, minimum, function);

        // What is left to the minimum is at most half, on average and in the middle.
        Assert.True(tpe.Average() * 2 < random.Average(), $"mean regret {tpe.Average():0.000} against {random.Average():0.000}");
        Assert.True(Median(tpe) * 2 < Median(random), $"median regret {Median(tpe):0.000} against {Median(random):0.000}");
        Assert.True(tpe.Zip(random).Count(pair => pair.First < pair.Second) >= Seeds * 0.75);
    }

    [Fact]
    public void Learns_a_choice_and_the_parameter_that_hangs_on_it()
    {
        var space = new SearchSpace { { "kind", new ChoiceOption("a", "b", "c", "d") },
            { "x", new UniformDoubleOption(0, 1) } }.When("x", "kind", "c");
        using var study = new Study(new StudySettings { Space = space, Sampler = new TpeSampler() });
        study.Run((trial, _) => trial.Parameters.TryGetValue("x", out var x)
            ? Math.Abs(x.AsType<double>() - 0.8) : 1, new StudyBudget { Trials = 60 });
        Assert.True(study.Trials.Skip(40).Count(t => t.Parameters["kind"].AsType<string>() == "c") >= 12);
        Assert.InRange(study.Best!.Value!.Value, 0, 0.05);
    }

    private static double[] RegretBySeed(Func<ISampler> make, int dimensions, double minimum, Func<double[], double> function)
    {
        var space = new SearchSpace();
        for (var i = 0; i < dimensions; i++)
            space.Add($"x{i}", new UniformDoubleOption(0, 1));

        bool[] active = [.. Enumerable.Repeat(true, dimensions)];
        var regret = new double[Seeds];
        Parallel.For(0, Seeds, seed =>
        {
            var sampler = make();
            List<Observation> history = [];
            for (var trial = 0; trial < Trials; trial++)
            {
                var point = sampler.Propose(new Proposal(space, trial, seed, history[..(trial - trial % 4)]))!;
                history.Add(new Observation(trial, point, active, function(point)));
            }

            regret[seed] = history.Min(o => o.Value) - minimum;
        });
        return regret;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

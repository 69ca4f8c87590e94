using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class ParameterImportanceTests
{
    private static readonly SearchSpace s_space = new SearchSpace
    {
        { "kind", new ChoiceOption("a", "b") },
        { "x", new UniformDoubleOption(0, 1) },
        { "idle", new UniformDoubleOption(1e-3, 1, logBase: true) },
    }.When("x", "kind", "b");

    [Fact]
    public void What_moves_the_value_more_comes_first_and_what_does_nothing_has_next_to_no_share()
    {
        IReadOnlyDictionary<string, double> shares = Shares(p => p["kind"].AsType<string>() == "a"
            ? 0 : 1 + p["x"].AsType<double>());
        Assert.InRange(shares["kind"], 0.7, 0.99);
        Assert.InRange(shares["x"], 0.02, 0.3);
        Assert.InRange(shares["idle"], 0, 0.1);
    }

    [Fact]
    public void A_parameter_that_hangs_on_a_choice_does_not_take_the_credit_for_it()
    {
        IReadOnlyDictionary<string, double> shares = Shares(p => p["kind"].AsType<string>() == "a" ? 0 : 1);
        Assert.Equal(1, shares["kind"], 1e-9);
        Assert.Equal(0, shares["x"], 1e-9);
    }

    [Fact]
    public void Few_trials_or_equal_values_say_nothing()
    {
        Assert.Empty(Shares(_ => 3));
        Assert.Empty(Shares(_ => double.NaN));
        Assert.Empty(ParameterImportance.Estimate(s_space, []));
    }

    private static Dictionary<string, double> Shares(Func<Parameter, double> value)
    {
        using var study = new Study(new StudySettings { Space = s_space });
        study.Run((trial, _) => value(trial.Parameters), new StudyBudget { Trials = 80 });
        return ParameterImportance.Estimate(s_space, study.Trials).ToDictionary(i => i.Parameter, i => i.Share);
    }
}

using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class TrialRandomTests
{
    [Theory]
    [InlineData(1, 0, 0.21586845960432577, 0.8791041623071847)]
    [InlineData(7, 3, 0.912495422069223, 0.635998170175425)]
    public void Numbers_of_a_trial_stay_as_they_are_for_studies_that_go_on(int seed, int trial, double first, double second)
    {
        TrialRandom random = new(seed, trial);
        Assert.Equal((first, second), (random.NextDouble(), random.NextDouble()));
    }
}

using System.Diagnostics;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class KilledStudyTests : IDisposable
{
    private readonly StudyPlaces _places = new();

    public static TheoryData<string, string, string> Ways
    {
        get
        {
            TheoryData<string, string, string> ways = new() { { StudyPlaces.Sqlite, "sobol", "none" } };
            foreach (var kind in StudyPlaces.Kinds)
                ways.Add(kind, "tpe", "median");
            return ways;
        }
    }

    public void Dispose() => _places.Dispose();

    [Theory, MemberData(nameof(Ways))]
    public void Killed_again_and_again_it_ends_with_the_trials_of_one_left_alone(string kind, string sampler, string pruner)
    {
        var path = _places.Of(kind, "study");
        var random = new Random(5);
        for (var round = 0; round < 6; round++)
        {
            // The child cannot reach the end, however late this process comes to kill it, and the trials waited for always end.
            var most = random.Next(1, 6);
            using var watch = new Study(SearchChild.Settings(sampler, pruner), path);
            var wanted = watch.Trials.Count(t => t.State != TrialState.Running) + random.Next(most);
            using var child = Start(sampler, pruner, path, most);
            while (!child.HasExited && watch.Trials.Count(t => t.State != TrialState.Running) < wanted)
                Thread.Sleep(10);

            Thread.Sleep(random.Next(30));
            child.Kill();
            child.WaitForExit();
            Assert.NotEqual(0, child.ExitCode);
        }

        using (var last = Start(sampler, pruner, path, int.MaxValue))
        {
            last.WaitForExit();
            Assert.Equal(0, last.ExitCode);
        }

        using var survived = new Study(SearchChild.Settings(sampler, pruner), path);
        using var alone = new Study(SearchChild.Settings(sampler, pruner));
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = SearchChild.Trials });
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(survived));
    }

    private static Process Start(string sampler, string pruner, string path, int most) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host
            && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(SearchChild).Assembly.Location, sampler, pruner, path, $"{most}"])
        { UseShellExecute = false })!;
}

using System.Diagnostics;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public sealed class KilledStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData("tpe", "median"), InlineData("sobol", "none")]
    public void Killed_again_and_again_it_ends_with_the_trials_of_one_left_alone(string sampler, string pruner)
    {
        string path = Path.Combine(_folder, "study.db");
        var random = new Random(5);
        int killed = 0;
        for (int round = 0; round < 6; round++)
        {
            using Process child = Start(sampler, pruner, path);
            using var watch = new Study(SearchChild.Settings(sampler, pruner), path);
            int before = watch.Trials.Count(t => t.State != TrialState.Running);

            // The moment is random, but after some progress, however slow the machine is.
            while (!child.HasExited && watch.Trials.Count(t => t.State != TrialState.Running) < before + 3)
                Thread.Sleep(10);
            Thread.Sleep(random.Next(30));
            if (!child.HasExited)
                killed++;
            child.Kill();
            child.WaitForExit();
        }

        Assert.True(killed >= 4, $"only {killed} were killed before their end");
        using (Process last = Start(sampler, pruner, path))
        {
            Assert.True(last.WaitForExit(60_000));
            Assert.Equal(0, last.ExitCode);
        }

        using var survived = new Study(SearchChild.Settings(sampler, pruner), path);
        using var alone = new Study(SearchChild.Settings(sampler, pruner));
        alone.Run(SearchChild.Objective, new StudyBudget { Trials = SearchChild.Trials });
        Assert.Equal(SearchChild.Text(alone), SearchChild.Text(survived));
    }

    private static Process Start(params string[] args) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(SearchChild).Assembly.Location, .. args])
        { UseShellExecute = false })!;
}

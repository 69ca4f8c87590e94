using System.Globalization;
using MlPipeline.Trainers.Search;
using MlPipeline.Trainers.Tests.FineTuning;

namespace MlPipeline.Trainers.Tests.Search;

/// <summary>A search that the tests also run as a process of its own, so that it can be killed.</summary>
internal static class SearchChild
{
    public const int Trials = 40;

    /// <summary>Runs a search: sampler, pruner, study file, and how many trials this process may begin before it hangs.</summary>
    public static int Main(string[] args)
    {
        if (args is ["train", var pictures, var checkpoints, var model, var hangsAfter])
        {
            TrainingChild.Run(pictures, checkpoints, model, int.Parse(hangsAfter, CultureInfo.InvariantCulture));
            return 0;
        }

        if (args is not [string sampler, string pruner, string path, string most])
            return 2;

        var left = int.Parse(most, CultureInfo.InvariantCulture);
        using var study = new Study(Settings(sampler, pruner), path);
        study.Run((trial, cancellation) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                // Should the one who was to kill this process be dead itself, it ends some day.
                Thread.Sleep(TimeSpan.FromMinutes(10));
                Environment.Exit(3);
            }

            Thread.Sleep(10);
            return Objective(trial, cancellation);
        }, new StudyBudget { Trials = Trials }, parallel: 2);
        return 0;
    }

    public static StudySettings Settings(string sampler, string pruner) => new()
    {
        Space = new() { { "x", new UniformDoubleOption(-2, 2) }, { "y", new UniformDoubleOption(-2, 2) },
            { "kind", new ChoiceOption("a", "b") } },
        Sampler = SamplerCatalog.ByName(sampler),
        Pruner = PrunerCatalog.ByName(pruner),
        Subject = "Rosenbrock",
    };

    public static double Objective(Trial trial, CancellationToken cancellation)
    {
        double x = trial.Parameters["x"].AsType<double>(), y = trial.Parameters["y"].AsType<double>();
        var value = 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)
            + (trial.Parameters["kind"].AsType<string>() == "a" ? 0 : 5);
        for (var step = 1; step <= 9; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            trial.Report(step, value + 10.0 / step + trial.Seed % 7 * 1e-3);
            trial.ThrowIfPruned();
        }

        return trial.Number == 13 ? throw new InvalidOperationException("the thirteenth") : value;
    }

    /// <summary>Everything about the trials but how long they took.</summary>
    public static string Text(Study study) =>
        string.Join('\n', study.Trials.Select(t => string.Create(CultureInfo.InvariantCulture,
        $"{t.Number} {t.State} {t.Parameters} {t.Value:R} {t.Error} "
            + $"{string.Join(' ', t.Curve.Select(p => $"{p.Step}:{p.Value:R}"))}")));
}

using MlPipeline.Cli.Commands;
using MlPipeline.Trainers;

namespace MlPipeline.Cli.Jobs;

/// <summary>The heads that can be named on the command line.</summary>
internal static class HeadChoice
{
    public const string Default = "lbfgs";

    private static readonly Dictionary<string, HeadSolver> s_solvers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lbfgs"] = HeadSolver.Lbfgs,
        ["sgd"] = HeadSolver.Sgd,
        ["svm"] = HeadSolver.Svm,
    };

    public static IReadOnlyList<string> Names { get; } = [.. s_solvers.Keys];

    /// <exception cref="UsageException">There is no such head.</exception>
    public static string Check(string name) =>
        s_solvers.ContainsKey(name) ? name
        : string.Equals(name, "sdca", StringComparison.OrdinalIgnoreCase)
            ? throw new UsageException("--trainer sdca is no longer there: lbfgs minimises the same objective; dual coordinate ascent is "
                + "ML.NET's SdcaMaximumEntropy, in code.")
        : throw new UsageException($"--trainer must be one of {string.Join(", ", Names)}, not '{name}'.");

    /// <summary>A trainer for the columns of <see cref="FeatureTable.TrainingView"/>.</summary>
    public static LinearHeadTrainer Create(MLContext ml, TrainingOptions options, CommandContext context) =>
        ml.MulticlassClassification.Trainers.LinearHead(OnViews(options.Head with
        {
            Solver = s_solvers[options.Trainer],
            Seed = context.Seed,
            Threads = context.Threads,
            Cancellation = context.Cancellation,
        }));

    /// <summary>Options with the columns of <see cref="FeatureTable.TrainingView"/>.</summary>
    public static LinearHeadOptions OnViews(LinearHeadOptions options) => options with
    {
        ExampleWeightColumnName = nameof(FeatureRow.Weight),
        SamplingKeyColumnName = nameof(FeatureRow.Picture),
    };
}

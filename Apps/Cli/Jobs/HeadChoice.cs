using MlPipeline.Cli.Commands;

namespace MlPipeline.Cli.Jobs;

/// <summary>The heads that can be named on the command line.</summary>
internal static class HeadChoice
{
    public const string Default = "lbfgs";

    public static IReadOnlyList<string> Names { get; } = ["lbfgs", "sdca"];

    /// <exception cref="UsageException">There is no such head.</exception>
    public static string Check(string name) =>
        Names.Contains(name) ? name : throw new UsageException($"--trainer must be one of {string.Join(", ", Names)}, not '{name}'.");

    public static IEstimator<ITransformer> Create(MLContext ml, string name, CommandContext context) => name switch
    {
        "sdca" => ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(),
        _ => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(),
    };
}

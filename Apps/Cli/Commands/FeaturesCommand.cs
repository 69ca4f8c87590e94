using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>Writes the pooled features of a data set's pictures to a file.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out", "-o") { Description = "The file to write: .csv or .npy.", Required = true };
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("features", "Write a backbone's features of all pictures to a CSV or NumPy file.")
        {
            output, noCache,
        };
        var data = new DataArguments(command);
        var shard = new ShardArgument(command);
        var outputs = new OutputFiles(command);
        var network = new BackboneArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var (whole, part) = (parsed.GetRequiredValue(output), shard.Read(parsed));
            var path = part?.PathOf(whole) ?? whole;
            if (Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".npy"))
                throw new UsageException($"--out must end in .csv or .npy, not '{Path.GetFileName(path)}'.");
            var (source, isArray) = (data.PathOf(parsed), path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase));
            outputs.Check(parsed, [("--out", path), ("--out", isArray ? path + ".tsv" : null)], [source]);
            var pictures = data.Open(parsed, context).Joined();
            var backbone = network.Resolve(parsed, context, pictures);
            var result = new FeaturesJob(new FeaturesOptions
            {
                Backbone = backbone,
                Shard = part,
                Seed = context.Seed,
                Run = network.RunOptions(parsed, context) with { BadImages = data.BadImages(parsed) },
                UseCache = !parsed.GetValue(noCache),
            }).Run(pictures, whole, context.Progress, context.Cancellation);
            context.Write(result,
                r =>
                    Console.WriteLine(
                        $"{r.Images} x {r.Features} features written "
                        + $"to {r.Out} in {r.Seconds:0.0} s "
                        + $"({(r.Cached == r.Images ? "all from the cache" : $"{r.Cached} from the cache")})"
                        + $"{(r.Skipped > 0 ? $"; {r.Skipped} skipped" : "")}"));
            return CommandLine.Good;
        });
        return command;
    }
}

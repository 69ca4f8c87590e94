using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>Joins what the shards of a job wrote.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var command = new Command("merge",
            "Join the files that the shards of score or features wrote: the bytes that one run on all pictures writes.");
        var output = new Argument<string>("file")
        {
            Description = "The file of the whole, as the shards were given it with --out; they lie beside it, as "
                + "scores-1-of-4.csv does beside scores.csv.",
        };
        var shards = new Option<int?>("--shards")
        {
            Description = "How many shards there are; only where shards of several counts lie there.",
        };
        command.Arguments.Add(output);
        command.Options.Add(shards);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var (path, count) = (parsed.GetRequiredValue(output), parsed.GetValue(shards));
            if (count is < 1 or > 1_000_000)
                throw new UsageException($"--shards must be between 1 and 1000000, not {count}.");
            outputs.Check(parsed, [("file", path)], []);
            var result = new MergeJob(count, outputs.Replaces(parsed)).Run(path, context.Progress, context.Cancellation);
            context.Write(result, r => Console.WriteLine(
                $"merged: {r.Shards} shards, {r.Images} pictures ({r.Failed} of them could not be used) in {r.Out}"));
            return CommandLine.Good;
        });
        return command;
    }
}

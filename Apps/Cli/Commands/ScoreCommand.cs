using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>Labels any number of pictures, and goes on where it was stopped.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var command = new Command("score",
            "Label any number of pictures with a trained model, in a file that has each once; --resume goes on after a stop.");
        var model = new ModelArguments(command);
        var data = new Argument<string>("data")
        {
            Description = "A folder, with all pictures below it, or a TSV/CSV manifest with a column path.",
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "The file to write: .csv or .jsonl (as predict writes them), or .parquet.",
            HelpName = "file",
            Required = true,
        };
        var allScores = new Option<bool>("--all-scores") { Description = "Also write the score of every class." };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on where the same command was stopped; begin when nothing was begun, do nothing when all is done.",
        };
        var followLinks = new Option<bool>("--follow-links")
        {
            Description = "Follow symbolic links that lead out of the folder.",
        };
        var maxBad = new Option<int>("--max-bad-images")
        {
            Description = "How many pictures may be bad before the exit code is 1; all are rows with an error.",
            DefaultValueFactory = _ => 0,
        };
        command.Arguments.Add(data);
        command.Options.Add(output);
        command.Options.Add(allScores);
        var shard = new ShardArgument(command);
        foreach (var option in (Option[])[resume, maxBad, followLinks])
            command.Options.Add(option);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var (path, source, most) =
                (parsed.GetRequiredValue(output), parsed.GetRequiredValue(data), parsed.GetValue(maxBad));
            if (most < 0)
                throw new UsageException($"--max-bad-images must be at least 0, not {most}.");
            if (parsed.GetValue(resume) && outputs.Replaces(parsed))
                throw new UsageException("--resume goes on with what is there, and --force begins anew: give one of them.");
            var options = new ScoringOptions
            {
                AllScores = parsed.GetValue(allScores),
                Shard = shard.Read(parsed),
                Resume = parsed.GetValue(resume),
                Replace = outputs.Replaces(parsed),
                FollowLinks = parsed.GetValue(followLinks),
                Run = model.RunOptions(parsed, context),
            };
            var file = options.Shard?.PathOf(path) ?? path;
            try
            {
                ScoringJob.FormatOf(file);
            }
            catch (JobException e)
            {
                throw new UsageException($"--out: {e.Message}");
            }

            outputs.Check(parsed, [("--out", file)], [model.PathOf(parsed), source], replaces: options.Resume);
            var result = new ScoringJob(model.PathOf(parsed), options)
                .Run(source, path, context.Progress, context.Cancellation);
            var error = result.Failed > most ? CommandError.Of(result.Failed, result.Images) : null;
            context.Write(new Result(result, error), _ => Console.WriteLine(
                $"scores: {result.Images - result.Failed} of {result.Images} pictures in {result.Out}"
                + $"{(result.Resumed > 0 ? $", {result.Resumed} of the rows from before" : "")}, in {result.Seconds:0.0} s"));
            if (error is not null)
                Console.Error.WriteLine($"error: {error.Message}");
            return error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    // JSON has the keys of both at the top.
    private sealed record Result(ScoringResult Scoring, CommandError? Error);
}

using System.CommandLine;
using MlPipeline.Cli.Output;

namespace MlPipeline.Cli.Commands;

/// <summary>Tests a trained model on a labelled data set.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Test a trained model on a labelled data set.");
        var model = new ModelArguments(command);
        var data = new Argument<string>("data")
        {
            Description = "A folder with one sub-folder per class, or a TSV/CSV manifest (path, label).",
        };
        var badImages = TrainCommand.BadImagesOption();
        command.Arguments.Add(data);
        command.Options.Add(badImages);
        var noCache = CacheCommand.NoCacheOption();
        command.Options.Add(noCache);
        CommandContext.Bind(command, (parsed, context) =>
        {
            using var classifier = model.Load(parsed, context);
            var job = new EvaluationJob(classifier,
                new EvaluationOptions { BadImages = parsed.GetValue(badImages), UseCache = !parsed.GetValue(noCache) });
            var result = job.Run(DataSource.Open(parsed.GetRequiredValue(data)), context.Progress, context.Cancellation);
            context.Write(result, ResultText.Print);
            return CommandLine.Good;
        });
        return command;
    }
}

using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;

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
        var reportFile = new Option<string?>("--report")
        {
            Description = "Folder, or .html file, for a report: confusion, calibration, the most confused pictures.",
        };
        command.Options.Add(reportFile);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var (path, report) = (parsed.GetRequiredValue(data), parsed.GetValue(reportFile));
            outputs.Check(parsed, [("--report", report is null ? null : TrainingReport.PlaceIn(report))], [path]);
            using var classifier = model.Load(parsed, context);
            var job = new EvaluationJob(classifier,
                new EvaluationOptions { BadImages = parsed.GetValue(badImages), UseCache = !parsed.GetValue(noCache) });
            var result = job.Run(DataSource.Open(path), context.Progress, context.Cancellation);
            context.Write(result, ResultText.Print, report is null ? null
                : TrainingReport.Write(report, $"{model.PathOf(parsed)} tested on {path}", result, classifier,
                    context));
            return CommandLine.Good;
        });
        return command;
    }
}

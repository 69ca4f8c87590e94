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
        var data = new DataArguments(command);
        var noCache = CacheCommand.NoCacheOption();
        command.Options.Add(noCache);
        var reportFile = new Option<string?>("--report")
        {
            Description = "Folder, or .html file, for a report: figures, errors with their heatmaps, data set, model card.",
        };
        command.Options.Add(reportFile);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var (path, report) = (data.PathOf(parsed), parsed.GetValue(reportFile));
            outputs.Check(parsed, [("--report", report is null ? null : HtmlReport.PlaceIn(report))], [path]);
            using var classifier = model.Load(parsed, context);
            var job = new EvaluationJob(classifier,
                new EvaluationOptions { BadImages = data.BadImages(parsed), UseCache = !parsed.GetValue(noCache) });
            var pictures = data.Open(parsed, context);
            var result = job.Run(pictures, context.Progress, context.Cancellation);
            context.Write(result, ResultText.Print, report is null ? null
                : TrainingReport.Write(report, $"{model.PathOf(parsed)} tested on {path}", result, classifier, pictures,
                    context));
            return CommandLine.Good;
        });
        return command;
    }
}

using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>Writes a trained model for programs that do not have these libraries.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var command = new Command("export",
            "Write a trained model as one plain ONNX file, or as a chain of ML.NET's own transforms.");
        var model = new ModelArguments(command);
        var output = new Option<string>("--out", "-o") { Description = "The file to write.", Required = true };
        var format = new Option<ExportFormat>("--format")
        {
            Description = "onnx: a file that any ONNX runtime reads; mlnet: a zip that mlContext.Model.Load reads where "
                + "Microsoft's packages are alone.",
            DefaultValueFactory = _ => ExportFormat.Onnx,
        };
        var preprocessing = new Option<bool>("--with-preprocessing")
        {
            Description = "Resize and crop inside the file: it then takes pixels of any size.",
        };
        var half = new Option<bool>("--half-weights")
        {
            Description = "Store weights as float16: half the file, scores within 0.01.",
        };
        var check = new Option<string[]>("--check")
        {
            Description = "Pictures of your own to check the file on, beside some drawn ones; none by default. "
                + ImagePaths.Description,
            HelpName = "images",
            AllowMultipleArgumentsPerToken = true,
        };
        foreach (var option in (Option[])[output, format, preprocessing, half, check])
            command.Options.Add(option);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var place = parsed.GetRequiredValue(output);
            string[] pictures = parsed.GetValue(check) is { Length: > 0 } given ? [.. ImagePaths.Expand(given)] : [];
            var isOnnx = parsed.GetValue(format) == ExportFormat.Onnx;
            if (!isOnnx && parsed.GetValue(preprocessing))
            {
                throw new UsageException("--with-preprocessing is for --format onnx: in a chain of ML.NET's transforms "
                    + "ResizeImages resizes.");
            }

            outputs.Check(parsed, [("--out", place)], [model.PathOf(parsed), .. pictures]);
            using var classifier = model.Load(parsed, context);
            using var stage = context.Progress.Begin("exporting and checking");
            var options = new ExportOptions
            {
                WithPreprocessing = parsed.GetValue(preprocessing),
                HalfWeights = parsed.GetValue(half),
                CheckPictures = pictures,
            };
            context.Write(isOnnx ? classifier.ExportOnnx(place, options) : classifier.ExportMlNet(place, options), Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static void Print(ExportReport report)
    {
        Console.WriteLine($"{report.File}: {string.Join(", ", report.Inputs)} to {string.Join(", ", report.Outputs)}");
        foreach (var check in report.Checks)
        {
            var labels = check.DifferentLabels == 0
                ? "same labels" : $"{check.DifferentLabels} other labels";
            var resized = check.LargestResizedDifference is { } difference
                ? $", of pictures resized inside {difference:0.0e+0}" : "";
            Console.WriteLine($"checked on {check.Runtime}: {check.Pictures} pictures, {labels}, largest difference of a score "
                + $"{check.LargestScoreDifference:0.0e+0}{resized}");
        }

        foreach (var note in report.Notes)
            Console.WriteLine($"note: {note}");
    }

    private enum ExportFormat
    {
        Onnx,
        Mlnet,
    }
}

using System.CommandLine;
using MlPipeline.Data.Demo;
using MlPipeline.Pipeline.Heatmaps;
using Spectre.Console;

namespace MlPipeline.Cli.Commands;

/// <summary>Measures how well heatmap methods show the objects.</summary>
internal static class ExplainEvalCommand
{
    public static Command Create()
    {
        var command = new Command("explain-eval", "Measure heatmap methods on pictures whose objects have boxes.");
        var model = new ModelArguments(command);
        var path = new Argument<string>("data")
        {
            Description = "A TSV/CSV manifest with the columns path, label, left, top, width, height: the box in pixels of the "
                + $"upright picture. Or a folder with such a file, '{SampleSet.BoxesFile}', in it.",
        };
        var methods = new Option<string[]>("--methods")
        {
            Description = $"The methods: {string.Join(", ", HeatmapMethods.Names)}; default all that fit the network.",
            AllowMultipleArgumentsPerToken = true,
        };
        var limit = new Option<int>("--limit")
        {
            Description = "The most pictures that are looked at, drawn by --seed; 0 for all.",
            DefaultValueFactory = _ => 100,
        };
        var badImages = new Option<BadImagePolicy>("--bad-images")
        {
            Description = "What to do with pictures that cannot be used: throw (name all and stop) or skip (leave them out and "
                + "list them).",
            DefaultValueFactory = _ => BadImagePolicy.Throw,
        };
        command.Arguments.Add(path);
        foreach (var option in (Option[])[methods, limit, badImages])
            command.Options.Add(option);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var names = parsed.GetValue(methods) is { Length: > 0 } given ? given : null;
            if (names?.FirstOrDefault(n => !HeatmapMethods.Names.Contains(n)) is { } unknown)
                throw new UsageException($"--methods takes {string.Join(", ", HeatmapMethods.Names)}, not '{unknown}'.");
            if (parsed.GetValue(limit) < 0)
                throw new UsageException($"--limit must be at least 0, not {parsed.GetValue(limit)}.");
            using var classifier = model.Load(parsed, context);
            var options = new ExplanationOptions
            {
                Methods = names,
                MostPictures = parsed.GetValue(limit),
                Seed = context.Seed,
                BadImages = parsed.GetValue(badImages),
            };
            var place = parsed.GetRequiredValue(path);
            if (Directory.Exists(place) && Path.Combine(place, SampleSet.BoxesFile) is var boxes && File.Exists(boxes))
                place = boxes;
            var data = DataSource.Open(place, new DataSourceOptions { BadImages = options.BadImages });
            context.Write(new ExplanationJob(classifier, options).Run(data, context.Progress, context.Cancellation), Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static void Print(ExplanationResult result)
    {
        Console.WriteLine($"{result.Correct} of {result.Images} pictures are classified rightly; on these:");
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in (string[])["method", "pointing", "IoU 0.5", "energy", "deletion", "insertion", "s"])
        {
            table.AddColumn(new TableColumn(column)
            {
                Alignment = column == "method" ? Justify.Left : Justify.Right,
                NoWrap = true,
            });
        }

        foreach (var m in result.Methods)
        {
            table.AddRow(m.Method, $"{m.Pointing:0.000}", $"{m.Localization:0.000}", $"{m.Energy:0.000}", $"{m.Deletion:0.000}",
                $"{m.Insertion:0.000}", $"{m.Seconds:0.000}");
        }

        AnsiConsole.Write(table);
        foreach (var skipped in result.SkippedFiles)
            Console.Error.WriteLine($"skipped {skipped.Path}: {skipped.Reason}");
    }
}

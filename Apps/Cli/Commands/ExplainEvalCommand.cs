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
            Description = "A TSV/CSV manifest with the columns path, label, and left, top, width, height or x0, y0, x1, y1 (ends "
                + "included): the box in pixels of the upright picture; of a split one, the test set. Or a folder with such a "
                + $"file, '{SampleSet.BoxesFile}', in it, or the folder of the pictures that --boxes names.",
        };
        var boxTable = new Option<string?>("--boxes")
        {
            Description = "A table of boxes beside the pictures, in the same columns, with paths that start at the folder; "
                + "without a column of classes the name of a picture's folder is its class.",
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
        var sanity = new Option<bool>("--sanity")
        {
            Description = "Compare the maps with those of the model with random weights, from the head down.",
        };
        var badImages = new Option<BadImagePolicy>("--bad-images")
        {
            Description = "What to do with pictures that cannot be used: throw (name all and stop) or skip (leave them out and "
                + "list them).",
            DefaultValueFactory = _ => BadImagePolicy.Throw,
        };
        command.Arguments.Add(path);
        foreach (var option in (Option[])[boxTable, methods, limit, sanity, badImages])
            command.Options.Add(option);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var names = parsed.GetValue(methods) is { Length: > 0 } given
                ? MethodNames.Of("--methods", given).Select(m => m.Name).ToArray() : null;
            if (parsed.GetValue(limit) < 0)
                throw new UsageException($"--limit must be at least 0, not {parsed.GetValue(limit)}.");
            using var classifier = model.Load(parsed, context);
            var options = new ExplanationOptions
            {
                Methods = names,
                MostPictures = parsed.GetValue(limit),
                Seed = context.Seed,
                Sanity = parsed.GetValue(sanity),
                BadImages = parsed.GetValue(badImages),
            };
            var place = parsed.GetRequiredValue(path);
            var table = parsed.GetValue(boxTable);
            if (table is null && Directory.Exists(place) && Path.Combine(place, SampleSet.BoxesFile) is var boxes
                && File.Exists(boxes))
            {
                place = boxes;
            }

            var data = DataSource.Open(place, new DataSourceOptions { BadImages = options.BadImages, Boxes = table });
            context.Write(new ExplanationJob(classifier, options).Run(data, context.Progress, context.Cancellation), Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static void Print(ExplanationResult result)
    {
        Console.WriteLine($"{result.Correct} of {result.Images} pictures are classified rightly; on these:");
        WriteTable(["pointing", "IoU 0.5", "energy", "deletion", "insertion", "mirrored", "s"], result.Methods, m =>
            [m.Pointing, m.Localization, m.Energy, m.Deletion, m.Insertion, m.Mirrored, m.Seconds]);
        if (result.Methods[0].Sanity is { } steps)
        {
            Console.WriteLine("Rank correlation with the maps of the model with random weights, from the head down:");
            WriteTable([.. steps.Select(s => s.Step)], result.Methods, m => [.. m.Sanity!.Select(s => s.RankCorrelation)]);
            Console.WriteLine("Structural similarity with them:");
            WriteTable([.. steps.Select(s => s.Step)], result.Methods, m => [.. m.Sanity!.Select(s => s.Similarity)]);
        }

        foreach (var skipped in result.SkippedFiles)
            Console.Error.WriteLine($"skipped {skipped.Path}: {skipped.Reason}");
    }

    private static void WriteTable(string[] columns, IEnumerable<MethodScore> methods, Func<MethodScore, double[]> figures)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns.Prepend("method"))
        {
            table.AddColumn(new TableColumn(column)
            {
                Alignment = column == "method" ? Justify.Left : Justify.Right,
                NoWrap = true,
                Padding = new Padding(0, 0),
            });
        }

        foreach (var method in methods)
            table.AddRow([method.Method, .. figures(method).Select(f => $"{f:0.000}")]);
        AnsiConsole.Write(table);
    }
}

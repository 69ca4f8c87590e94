using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Commands;

/// <summary>Shows where in pictures a trained model sees its classes.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var command = new Command("explain", "Write heatmaps of what a trained model looks at.");
        var model = new ModelArguments(command);
        var paths = new Argument<string[]>("images")
        {
            Description = ImagePaths.Description,
            Arity = ArgumentArity.OneOrMore,
        };
        var folder = new Option<string>("--out", "-o") { Description = "Folder for the heatmaps (PNG).", Required = true };
        var methods = new Option<string[]>("--method")
        {
            Description = $"How the map is made: {string.Join(", ", HeatmapMethods.Names)}. Several, also joined by commas, each "
                + "give a map.",
            DefaultValueFactory = _ => ["cam"],
            AllowMultipleArgumentsPerToken = true,
        };
        var className = new Option<string?>("--class") { Description = "The class to show; default the predicted one." };
        var against = new Option<string?>("--against")
        {
            Description = "A class that is taken off: what speaks for the one rather than for the other.",
        };
        var layers = new Option<string[]>("--layer")
        {
            Description = "The layers to look at, with a method that uses gradients: stages (stage3) or values that 'summary' "
                + "lists. Maps of several are averaged. Default the last map.",
            AllowMultipleArgumentsPerToken = true,
        };
        var flips = new Option<bool>("--flips") { Description = "Average each map with that of the picture mirrored." };
        var scales = new Option<double[]>("--scales")
        {
            HelpName = "numbers",
            Description = "Average each map with those of the picture so many times as large about its middle, such as 1.5 2.",
            AllowMultipleArgumentsPerToken = true,
        };
        var sheet = new Option<bool>("--sheet")
        {
            Description = $"Write {ExplanationSheet.FileName} into the folder too: every picture with its maps side by side.",
        };
        var legend = new Option<bool>("--legend") { Description = "Draw the colours of heat below each map, cold to hot." };
        var crops = new Option<int>("--crops")
        {
            HelpName = "number",
            Description = "Write the hottest parts of each picture too, so many at most.",
        };
        command.Arguments.Add(paths);
        foreach (var option in (Option[])[folder, methods, className, against, layers, flips, scales, sheet, legend, crops])
            command.Options.Add(option);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var how = MethodNames.Of("--method", parsed.GetRequiredValue(methods));
            if (parsed.GetValue(crops) is < 0 or > 100)
                throw new UsageException($"--crops must be between 0 and 100, not {parsed.GetValue(crops)}.");
            var sizes = parsed.GetValue(scales) ?? [];
            if (sizes.Any(s => s is not (>= HeatmapRequest.SmallestScale and <= HeatmapRequest.LargestScale)))
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"--scales must all be from {HeatmapRequest.SmallestScale} to {HeatmapRequest.LargestScale}."));
            }

            var pictures = ImagePaths.Expand(parsed.GetRequiredValue(paths));
            var place = parsed.GetRequiredValue(folder);
            var files = new ExplanationFiles(
                [.. how.Select(m => HeatmapFiles.PlacesOf(pictures, place, how.Count > 1 ? $".{m.Name}" : ""))],
                parsed.GetValue(sheet) ? Path.Combine(place, ExplanationSheet.FileName) : null,
                parsed.GetValue(legend), parsed.GetValue(crops), model.Decode(parsed));
            using var classifier = model.Load(parsed, context);
            var request = new HeatmapRequest
            {
                ClassName = Known(classifier, "--class", parsed.GetValue(className)),
                Against = Known(classifier, "--against", parsed.GetValue(against)),
                Layers = parsed.GetValue(layers) ?? [],
                Flips = parsed.GetValue(flips),
                Scales = sizes,
            };
            if (request.ClassName is not null && request.ClassName == request.Against)
                throw new UsageException($"--against must name another class than --class, not '{request.Against}' too.");
            outputs.Check(parsed, files.All(), [model.PathOf(parsed), .. pictures]);
            var result = Explain(classifier, pictures, how, request, files, context);
            if (files.Sheet is { } html)
                result.Sheet.Write(html, model.PathOf(parsed), pictures.Count);
            context.Write(result, Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static string? Known(ImageClassificationModel model, string option, string? name) =>
        name is null || model.ClassNames.Contains(name)
            ? name : throw new JobException($"{option}: there is no '{name}'; there are {NameList.Of(model.ClassNames)}.");

    private static Result Explain(ImageClassificationModel model, IReadOnlyList<string> paths,
        IReadOnlyList<IHeatmapMethod> methods, HeatmapRequest request, ExplanationFiles files, CommandContext context)
    {
        var result = new Result([], files.Sheet, paths.Count, new ExplanationSheet(files.Decode));
        using var stage = context.Progress.Begin("explaining", paths.Count * methods.Count);
        foreach (var (m, method) in methods.Index())
        {
            var explanations = model.Explain(paths.Select(Picture.FromFile), request with { Method = method });
            foreach (var (i, explanation) in explanations.Index())
            {
                context.Cancellation.ThrowIfCancellationRequested();
                if (explanation.Heatmap is not null)
                    result.Images.Add(Write(explanation, method, files.Heatmaps[m][i], result.Sheet, files));
                else if (m == 0)
                    result.Images.Add(new Explained(paths[i], method.Name) { Error = explanation.Prediction.Error });
                stage.Report((m * paths.Count) + i + 1);
            }
        }

        return result;
    }

    private static Explained Write(ImageExplanation explanation, IHeatmapMethod method, string place, ExplanationSheet sheet,
        ExplanationFiles files)
    {
        HeatmapFiles.Write(explanation, place, files.Decode, files.Legend);
        if (files.Sheet is not null)
            sheet.Add(explanation, method.Name);
        var (prediction, heatmap) = (explanation.Prediction, explanation.Heatmap!);
        return new Explained(prediction.Path, method.Name)
        {
            Label = prediction.Label,
            Score = prediction.Score,
            Class = heatmap.ClassName,
            Against = heatmap.Against,
            Heatmap = place,
            Box = heatmap.Box() is { } box ? new Box(box) : null,
            Crops = HeatmapFiles.WriteCrops(explanation, place, files.Crops, files.Decode),
            SpeaksForIt = heatmap.IsAnywherePositive,
        };
    }

    private static void Print(Result result)
    {
        foreach (var image in result.Images)
        {
            if (image.Error != null)
            {
                Console.Error.WriteLine($"{image.Path}: {image.Error}");
                continue;
            }

            var against = image.Against is { } other ? $" against {other}" : "";
            Console.WriteLine(
                $"{image.Path}: {image.Label} {image.Score:0.000}, {image.Method} of {image.Class}{against} in {image.Heatmap}"
                + (image.SpeaksForIt == true ? "" : $": nothing speaks for {image.Class}{against}"));
        }

        if (result.SheetFile is { } sheet)
            Console.WriteLine($"side by side: {sheet}");
    }

    /// <summary>What is written.</summary>
    /// <param name="Heatmaps">For each method a file for each picture.</param>
    /// <param name="Sheet">The file that shows all; null for none.</param>
    /// <param name="Legend">Whether maps have one.</param>
    /// <param name="Crops">How many of the hottest parts.</param>
    /// <param name="Decode">Limits for decoding pictures.</param>
    private sealed record ExplanationFiles(IReadOnlyList<IReadOnlyList<string>> Heatmaps, string? Sheet, bool Legend, int Crops,
        DecodeOptions Decode)
    {
        /// <summary>Every file with the option that it is written for.</summary>
        public IEnumerable<(string Option, string? File)> All() =>
        [
            ("--sheet", Sheet),
            .. Heatmaps.SelectMany(m => m).Select(p => ("--out", (string?)p)),
            .. Heatmaps.SelectMany(m => m).SelectMany(p =>
                Enumerable.Range(0, Crops).Select(i => ("--crops", (string?)HeatmapFiles.CropPlaceOf(p, i)))),
        ];
    }

    private sealed record Result(List<Explained> Images, string? SheetFile, [property: JsonIgnore] int Pictures,
        [property: JsonIgnore] ExplanationSheet Sheet)
    {
        public CommandError? Error => CommandError.Of(Images.Count(i => i.Error != null), Pictures);
    }

    /// <summary>A picture and a method.</summary>
    private sealed record Explained(string Path, string Method)
    {
        public string? Label { get; init; }

        public double? Score { get; init; }

        public string? Class { get; init; }

        public string? Against { get; init; }

        public string? Heatmap { get; init; }

        public Box? Box { get; init; }

        public IReadOnlyList<string>? Crops { get; init; }

        public bool? SpeaksForIt { get; init; }

        public string? Error { get; init; }
    }

    /// <summary>A box in the picture's pixels.</summary>
    private sealed record Box(int Left, int Top, int Width, int Height)
    {
        public Box(PixelBox box) : this(box.Left, box.Top, box.Width, box.Height)
        {
        }
    }
}

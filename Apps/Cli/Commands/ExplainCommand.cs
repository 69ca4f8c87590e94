using System.CommandLine;
using MlPipeline.Cli.Output;
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
        var method = new Option<string>("--method")
        {
            Description = $"How the map is made: {string.Join(", ", HeatmapMethods.Names)}.",
            DefaultValueFactory = _ => "cam",
        };
        var className = new Option<string?>("--class") { Description = "The class to show; default the predicted one." };
        command.Arguments.Add(paths);
        foreach (var option in (Option[])[folder, method, className])
            command.Options.Add(option);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var how = parsed.GetRequiredValue(method);
            if (!HeatmapMethods.Names.Contains(how))
                throw new UsageException($"--method must be one of {string.Join(", ", HeatmapMethods.Names)}, not '{how}'.");
            var pictures = ImagePaths.Expand(parsed.GetRequiredValue(paths));
            var places = HeatmapFiles.PlacesOf(pictures, parsed.GetRequiredValue(folder));
            using var classifier = model.Load(parsed, context);
            var shown = parsed.GetValue(className);
            if (shown is not null && !classifier.ClassNames.Contains(shown))
                throw new JobException($"--class: there is no '{shown}'; there are {string.Join(", ", classifier.ClassNames)}.");
            outputs.Check(parsed, places.Select(p => ("--out", (string?)p)), [model.PathOf(parsed), .. pictures]);
            var result = Explain(classifier, pictures, places, HeatmapMethods.ByName(how), shown, model.Decode(parsed), context);
            context.Write(result, Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static Result Explain(ImageClassificationModel model, IReadOnlyList<string> paths,
        IReadOnlyList<string> places, IHeatmapMethod method, string? className, DecodeOptions decode, CommandContext context)
    {
        List<Explained> results = new(paths.Count);
        using var stage = context.Progress.Begin("explaining", paths.Count);
        foreach (var explanation in model.Explain(paths, className, method))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (path, place) = (paths[results.Count], places[results.Count]);
            if (explanation.Heatmap is { } heatmap)
            {
                HeatmapFiles.Write(explanation, place, decode);
                results.Add(new Explained(path, explanation.Prediction.Label, explanation.Prediction.Score, heatmap.ClassName,
                    place, heatmap.Box() is { } box ? new Box(box) : null, null));
            }
            else
            {
                results.Add(new Explained(path, null, null, null, null, null, explanation.Prediction.Error));
            }

            stage.Report(results.Count);
        }

        return new Result(results);
    }

    private static void Print(Result result)
    {
        foreach (var image in result.Images)
        {
            if (image.Error != null)
                Console.Error.WriteLine($"{image.Path}: {image.Error}");
            else
                Console.WriteLine($"{image.Path}: {image.Label} {image.Score:0.000}, map of {image.Class} in {image.Heatmap}");
        }
    }

    private sealed record Result(IReadOnlyList<Explained> Images)
    {
        public CommandError? Error => CommandError.Of(Images.Count(i => i.Error != null), Images.Count);
    }

    private sealed record Explained(string Path, string? Label, double? Score, string? Class, string? Heatmap,
        Box? Box, string? Error);

    /// <summary>A box in the picture's pixels.</summary>
    private sealed record Box(int Left, int Top, int Width, int Height)
    {
        public Box(PixelBox box) : this(box.Left, box.Top, box.Width, box.Height)
        {
        }
    }
}

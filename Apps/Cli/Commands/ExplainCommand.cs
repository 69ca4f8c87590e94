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
        command.Arguments.Add(paths);
        foreach (var option in (Option[])[folder, method, className, against, layers, flips])
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
            var request = new HeatmapRequest
            {
                ClassName = Known(classifier, "--class", parsed.GetValue(className)),
                Against = Known(classifier, "--against", parsed.GetValue(against)),
                Method = HeatmapMethods.ByName(how),
                Layers = parsed.GetValue(layers) ?? [],
                Flips = parsed.GetValue(flips),
            };
            if (request.ClassName is not null && request.ClassName == request.Against)
                throw new UsageException($"--against must name another class than --class, not '{request.Against}' too.");
            outputs.Check(parsed, places.Select(p => ("--out", (string?)p)), [model.PathOf(parsed), .. pictures]);
            var result = Explain(classifier, pictures, places, request, model.Decode(parsed), context);
            context.Write(result, Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static string? Known(ImageClassificationModel model, string option, string? name) =>
        name is null || model.ClassNames.Contains(name)
            ? name : throw new JobException($"{option}: there is no '{name}'; there are {string.Join(", ", model.ClassNames)}.");

    private static Result Explain(ImageClassificationModel model, IReadOnlyList<string> paths,
        IReadOnlyList<string> places, HeatmapRequest request, DecodeOptions decode, CommandContext context)
    {
        List<Explained> results = new(paths.Count);
        using var stage = context.Progress.Begin("explaining", paths.Count);
        foreach (var explanation in model.Explain(paths.Select(Picture.FromFile), request))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (path, place) = (paths[results.Count], places[results.Count]);
            if (explanation.Heatmap is { } heatmap)
            {
                HeatmapFiles.Write(explanation, place, decode);
                results.Add(new Explained(path, explanation.Prediction.Label, explanation.Prediction.Score, heatmap.ClassName,
                    heatmap.Against, place, heatmap.Box() is { } box ? new Box(box) : null, null));
            }
            else
            {
                results.Add(new Explained(path, null, null, null, null, null, null, explanation.Prediction.Error));
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
            {
                Console.Error.WriteLine($"{image.Path}: {image.Error}");
            }
            else
            {
                var against = image.Against is { } other ? $" against {other}" : "";
                Console.WriteLine(
                    $"{image.Path}: {image.Label} {image.Score:0.000}, map of {image.Class}{against} in {image.Heatmap}");
            }
        }
    }

    private sealed record Result(IReadOnlyList<Explained> Images)
    {
        public CommandError? Error => CommandError.Of(Images.Count(i => i.Error != null), Images.Count);
    }

    private sealed record Explained(string Path, string? Label, double? Score, string? Class, string? Against,
        string? Heatmap, Box? Box, string? Error);

    /// <summary>A box in the picture's pixels.</summary>
    private sealed record Box(int Left, int Top, int Width, int Height)
    {
        public Box(PixelBox box) : this(box.Left, box.Top, box.Width, box.Height)
        {
        }
    }
}

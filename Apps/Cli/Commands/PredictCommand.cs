using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;

namespace MlPipeline.Cli.Commands;

/// <summary>Labels pictures with a trained model.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var command = new Command("predict", "Label pictures with a trained model.");
        var model = new ModelArguments(command);
        var paths = new Argument<string[]>("images")
        {
            Description = ImagePaths.Description,
            Arity = ArgumentArity.OneOrMore,
        };
        var top = new Option<int>("--top", "-k")
        {
            Description = "How many labels to give for each picture.",
            DefaultValueFactory = _ => 3,
        };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "A file for the predictions: .csv (path, label, score, abstained, error) or .jsonl (an object a line).",
            HelpName = "file",
        };
        var allScores = new Option<bool>("--all-scores") { Description = "Also write the score of every class to --out." };
        command.Arguments.Add(paths);
        foreach (var option in (Option[])[top, output, allScores])
            command.Options.Add(option);
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var count = parsed.GetValue(top);
            if (count < 1)
                throw new UsageException($"--top must be at least 1, not {count}.");
            var (place, scores) = (parsed.GetValue(output), parsed.GetValue(allScores));
            if (scores && place is null)
                throw new UsageException("--all-scores goes with --out.");
            if (place is not null)
                PredictionFile.IsCsv(place);
            var pictures = ImagePaths.Expand(parsed.GetRequiredValue(paths));
            outputs.Check(parsed, [("--out", place)], [model.PathOf(parsed), .. pictures]);
            using var classifier = model.Load(parsed, context);
            using var file = place is null ? null : new PredictionFile(place, scores ? classifier.ClassNames : []);
            var result = Predict(classifier, pictures, count, file, context) with { Out = place };
            file?.Complete();
            context.Write(result, PictureTable.Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static PicturesResult Predict(ImageClassificationModel model, IReadOnlyList<string> paths, int top,
        PredictionFile? file, CommandContext context)
    {
        List<PictureResult> results = new(paths.Count);
        using var stage = context.Progress.Begin("predicting", paths.Count);
        foreach (var prediction in model.Predict(paths))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var path = paths[results.Count];
            float[] scores = prediction.Error is null ? [.. prediction.Scores] : [];
            results.Add(prediction.Error is not null
                ? new PictureResult { Path = path, Error = prediction.Error }
                : PictureResult.Of(path, scores, prediction.ClassNames, top) with
                {
                    Abstained = prediction.AnswerThreshold is null ? null : prediction.Abstained,
                });
            file?.Write(prediction with { Path = path });
            stage.Report(results.Count);
        }

        return new PicturesResult(results);
    }
}

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
            Description = "Pictures, or folders of pictures.",
            Arity = ArgumentArity.OneOrMore,
        };
        var top = new Option<int>("--top", "-k")
        {
            Description = "How many labels to give for each picture.",
            DefaultValueFactory = _ => 3,
        };
        command.Arguments.Add(paths);
        command.Options.Add(top);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var count = parsed.GetValue(top);
            if (count < 1)
                throw new UsageException($"--top must be at least 1, not {count}.");
            using var classifier = model.Load(parsed, context);
            var result = Predict(classifier, ImagePaths.Expand(parsed.GetRequiredValue(paths)), count, context);
            context.Write(result, PictureTable.Print);
            return result.Error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }

    private static PicturesResult Predict(ImageClassificationModel model, IReadOnlyList<string> paths, int top,
        CommandContext context)
    {
        List<PictureResult> results = new(paths.Count);
        using var stage = context.Progress.Begin("predicting", paths.Count);
        foreach (var prediction in model.Predict(paths))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var path = paths[results.Count];
            results.Add(prediction.Error != null
                ? new PictureResult { Path = path, Error = prediction.Error }
                : PictureResult.Of(path, [.. prediction.Scores], prediction.ClassNames,
                    top) with
                { Abstained = prediction.AnswerThreshold is null ? null : prediction.Abstained });
            stage.Report(results.Count);
        }

        return new PicturesResult(results);
    }
}

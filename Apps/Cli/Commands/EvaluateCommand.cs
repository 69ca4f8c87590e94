using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Cli.Jobs;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Data;
using MlPipeline.Pipeline;

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
        CommandContext.Bind(command, (parsed, context) =>
        {
            using var classifier = model.Load(parsed, context);
            var result = Evaluate(classifier, parsed.GetRequiredValue(data), parsed.GetValue(badImages), !parsed.GetValue(noCache), context);
            context.Write(result, ResultText.Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static EvaluationResult Evaluate(ImageClassificationModel model, string path, BadImagePolicy policy, bool useCache,
        CommandContext context)
    {
        var total = Stopwatch.StartNew();
        var data = DataSource.Open(path);
        string[] unknown = [.. data.ClassNames.Except(model.ClassNames, StringComparer.Ordinal)];
        if (unknown.Length == data.ClassNames.Count)
            throw new WorkFailedException($"{path}: none of its classes ({string.Join(", ", data.ClassNames)}) is one of the model's ({string.Join(", ", model.ClassNames)}).");

        if (unknown.Length > 0)
            context.Progress.Note($"note: the model does not know {string.Join(", ", unknown)}; pictures of these are left out");

        var load = total.Elapsed.TotalSeconds;

        using var cache = useCache ? model.OpenFeatureCache() : null;
        List<ScoredPicture> scored = new(data.Records.Count);
        List<SkippedImage> skipped = [];
        using (var stage = context.Progress.Begin("scoring", data.Records.Count))
        {
            var done = 0;
            var predictions = cache is null ? model.Predict(data.Records.Select(r => r.Path)) : model.Predict(data, cache);
            foreach (var prediction in predictions)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var record = data.Records[done];
                if (prediction.Error == null)
                    scored.Add(new ScoredPicture { Label = record.Label, Score = [.. prediction.Scores], PredictedLabel = (uint)prediction.LabelIndex + 1 });
                else if (policy == BadImagePolicy.Throw)
                    throw new WorkFailedException($"{record.Path}: {prediction.Error} (use --bad-images skip to leave such pictures out)");
                else
                    skipped.Add(new SkippedImage(record.Path, prediction.Error));

                stage.Report(++done);
            }
        }

        foreach (var note in cache?.Notes ?? [])
            context.Progress.Note($"note: {note}");

        if (scored.Count == 0)
            throw new WorkFailedException($"{path}: none of the {data.Records.Count} pictures could be read.");

        var features = total.Elapsed.TotalSeconds - load;
        var result = Evaluation.Of(scored, model.ClassNames, model.Temperature, model.AnswerThreshold);
        return result with
        {
            Cached = cache?.Cached ?? 0,
            Skipped = skipped.Count,
            SkippedFiles = skipped,
            Seconds = new StageSeconds { Load = load, Features = features, Evaluate = total.Elapsed.TotalSeconds - load - features, Total = total.Elapsed.TotalSeconds },
        };
    }
}

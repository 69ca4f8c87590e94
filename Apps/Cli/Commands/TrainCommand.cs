using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Cli.Commands;

/// <summary>Trains a head on a backbone's features, tests it, and saves the whole chain.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out", "-o") { Description = "The model file to write.", Required = true };
        var testFraction = new Option<double>("--test-fraction")
        {
            Description = "The share of each class that is held out for the test; 0 trains on everything and tests nothing.",
            DefaultValueFactory = _ => 0.2,
        };
        var folds = new Option<int>("--folds")
        {
            Description = "Cross-validate over this many folds instead; the saved model is then trained on everything.",
            DefaultValueFactory = _ => 0,
        };
        var reportFolder = new Option<string?>("--report")
        {
            Description = "Folder, or .html file, for a report: figures, errors with their heatmaps, data set, model card.",
        };
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("train",
            "Train a classifier on a folder or manifest of pictures, test it, and save it as one file.")
        {
            output, testFraction, folds, reportFolder, noCache,
        };
        var data = new DataArguments(command, takesTest: true);
        var outputs = new OutputFiles(command);
        var network = new BackboneArguments(command, choosesFeatures: true);
        var views = new ViewArguments(command);
        var head = new HeadArguments(command);
        var tuning = new FineTuningArguments(command, isTraining: true);
        CommandContext.Bind(command, (parsed, context) =>
        {
            if (parsed.GetValue(testFraction) is not (>= 0 and < 1))
                throw new UsageException($"--test-fraction must be at least 0 and below 1, not {parsed.GetValue(testFraction)}.");
            if (parsed.GetValue(folds) is < 0 or 1)
                throw new UsageException($"--folds must be at least 2, not {parsed.GetValue(folds)}.");
            var (path, model, report) = (data.PathOf(parsed), parsed.GetRequiredValue(output),
                parsed.GetValue(reportFolder));
            outputs.Check(parsed, [("--out", model), ("--report", report is null ? null : HtmlReport.PlaceIn(report))],
                [path]);

            // What is called wrongly is told before any picture is looked at.
            var run = network.RunOptions(parsed, context) with { BadImages = data.BadImages(parsed) };
            head.Options(parsed);
            var (fineTuning, scratch) = (tuning.Options(parsed), tuning.Scratch(parsed));
            if (scratch is not null)
                network.CheckUntrained(parsed, "--from-scratch");
            var pictures = data.Open(parsed, context);
            if (pictures.Test is not null && parsed.GetValue(folds) > 0)
            {
                throw new UsageException("--folds is not for a data set with a test set of its own; leave it out, or give the "
                    + "pictures to train on alone.");
            }

            if (pictures.Test is not null && parsed.GetResult(testFraction) is { Implicit: false })
                throw new UsageException("--test-fraction is not for a data set with a test set of its own; leave it out.");
            var job = new TrainingJob(head.Apply(parsed, new TrainingOptions
            {
                Backbone = scratch is null ? network.Resolve(parsed, context, pictures)
                    : network.Untrained(parsed, context, scratch, pictures),
                Features = network.FeatureSets(parsed) is [FeatureBank.Auto] ? FeatureBank.Auto : null,
                TestFraction = parsed.GetValue(testFraction),
                Folds = parsed.GetValue(folds),
                UseCache = !parsed.GetValue(noCache),
                Augment = views.OneForTraining(parsed),
                TestViews = views.OneForTest(parsed),
                FineTuning = fineTuning,
                Seed = context.Seed,
                Run = run,
            }));
            var result = job.Run(pictures, context.Progress, context.Cancellation).Save(model);
            context.Write(result, ResultText.Print, report is null ? null : Report(report, path, result, pictures, context));
            return CommandLine.Good;
        });
        return command;
    }

    private static string Report(string folder, string path, TrainingResult result, ImageDataSet pictures,
        CommandContext context)
    {
        using var classifier =
            ImageClassificationModel.From(result.Trained, new BackboneRunOptions { Threads = context.Threads });
        return TrainingReport.Write(folder, $"Trained on {path}", result, classifier, pictures, context);
    }
}

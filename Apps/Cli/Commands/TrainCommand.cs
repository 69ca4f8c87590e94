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
        var data = new Argument<string>("data")
        {
            Description = "A folder with one sub-folder per class, or a TSV/CSV manifest (path, label).",
        };
        var output = new Option<string>("--out", "-o") { Description = "The model file to write.", Required = true };
        var testFraction = new Option<double>("--test-fraction")
        {
            Description = "The share of each class that is held out for the test.",
            DefaultValueFactory = _ => 0.2,
        };
        var folds = new Option<int>("--folds")
        {
            Description = "Cross-validate over this many folds instead; the saved model is then trained on everything.",
            DefaultValueFactory = _ => 0,
        };
        var report = new Option<string?>("--report") { Description = "Folder for an HTML report with heatmaps." };
        var badImages = BadImagesOption();
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("train",
            "Train a classifier on a folder or manifest of pictures, test it, and save it as one file.")
        {
            data, output, testFraction, folds, report, badImages, noCache,
        };
        var network = new BackboneArguments(command, choosesFeatures: true);
        var views = new ViewArguments(command);
        var head = new HeadArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            if (parsed.GetValue(testFraction) is not (> 0 and < 1))
                throw new UsageException($"--test-fraction must lie between 0 and 1, not {parsed.GetValue(testFraction)}.");
            if (parsed.GetValue(folds) is < 0 or 1)
                throw new UsageException($"--folds must be at least 2, not {parsed.GetValue(folds)}.");
            var path = parsed.GetRequiredValue(data);
            var pictures = DataSource.Open(path);
            var job = new TrainingJob(head.Apply(parsed, new TrainingOptions
            {
                Backbone = network.Resolve(parsed, context, pictures),
                Features = network.FeatureSets(parsed) is [FeatureBank.Auto] ? FeatureBank.Auto : null,
                TestFraction = parsed.GetValue(testFraction),
                Folds = parsed.GetValue(folds),
                UseCache = !parsed.GetValue(noCache),
                Augment = views.OneForTraining(parsed),
                TestViews = views.OneForTest(parsed),
                Seed = context.Seed,
                Run = network.RunOptions(parsed, context) with { BadImages = parsed.GetValue(badImages) },
            }));
            var result = job.Run(pictures, context.Progress, context.Cancellation)
                .Save(parsed.GetRequiredValue(output));
            context.Write(result, ResultText.Print, parsed.GetValue(report) is { } folder
                ? Report(folder, path, result, context) : null);
            return CommandLine.Good;
        });
        return command;
    }

    private static string Report(string folder, string data, TrainingResult result, CommandContext context)
    {
        using var classifier =
            ImageClassificationModel.From(result.Trained, new BackboneRunOptions { Threads = context.Threads });
        return TrainingReport.Write(folder, $"Trained on {data}", result, classifier,
            TrainingReport.Spread(result.TestPictures), context);
    }

    public static Option<BadImagePolicy> BadImagesOption() => new("--bad-images")
    {
        Description = "What to do with a picture that cannot be read: throw (stop) or skip (leave it out and list it).",
        DefaultValueFactory = _ => BadImagePolicy.Throw,
    };
}

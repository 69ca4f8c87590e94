using System.CommandLine;
using MlPipeline.Cli.Jobs;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Cli.Results;
using MlPipeline.Data;
using MlPipeline.Pipeline;

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
        var trainer = new Option<string>("--trainer", "-t")
        {
            Description = $"The head: {string.Join(", ", HeadChoice.Names)}.",
            DefaultValueFactory = _ => HeadChoice.Default,
        };
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
        var command = new Command("train", "Train a classifier on a folder or manifest of pictures, test it, and save it as one file.")
        {
            data, output, trainer, testFraction, folds, report, badImages, noCache,
        };
        var network = new BackboneArguments(command, choosesFeatures: true);
        var views = new ViewArguments(command);
        var head = new HeadArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var options = new TrainingOptions
            {
                Trainer = HeadChoice.Check(parsed.GetRequiredValue(trainer)),
                TestFraction = parsed.GetValue(testFraction),
                Folds = parsed.GetValue(folds),
                UseCache = !parsed.GetValue(noCache),
                ChooseFeatures = network.FeatureSets(parsed) is [FeatureBank.Auto],
                Augment = views.OneForTraining(parsed),
                TestViews = views.OneForTest(parsed),
            };
            options = head.Apply(parsed, options);
            if (!(options.TestFraction is > 0 and < 1))
                throw new UsageException($"--test-fraction must lie between 0 and 1, not {options.TestFraction}.");

            if (options.Folds is < 0 or 1)
                throw new UsageException($"--folds must be at least 2, not {options.Folds}.");

            var backbone = network.Resolve(parsed, context);
            var run = network.RunOptions(parsed, context) with { BadImages = parsed.GetValue(badImages) };
            var job = new TrainingJob(context, options, backbone, run);
            var path = parsed.GetRequiredValue(output);
            var result = job.Run(() => DataSource.Open(parsed.GetRequiredValue(data)));
            var model = job.ToModel(result);
            ModelFile.Save(path, model);
            result = result with { Model = path };
            if (parsed.GetValue(report) is { } folder)
            {
                using ImageClassificationModel classifier = ImageClassificationModel.From(model, run);
                result = result with { Report = TrainingReport.Write(folder, $"Trained on {parsed.GetRequiredValue(data)}", result, classifier, TrainingReport.Spread(job.TestPictures()), context) };
            }

            context.Write(result, ResultText.Print);
            return CommandLine.Good;
        });
        return command;
    }

    public static Option<BadImagePolicy> BadImagesOption() => new("--bad-images")
    {
        Description = "What to do with a picture that cannot be read: throw (stop) or skip (leave it out and list it).",
        DefaultValueFactory = _ => BadImagePolicy.Throw,
    };
}

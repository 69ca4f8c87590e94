using System.CommandLine;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports;
using MlPipeline.Cli.Results;
using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Cli.Commands;

/// <summary>The whole way on pictures that the program draws itself: train, test, explain, save, report.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--out", "-o")
        {
            Description = "Folder for pictures, model, heatmaps and report.",
            DefaultValueFactory = _ => "demo",
        };
        var command = new Command("demo", "Draw a sample set, train a classifier on it, test it, and show what it looks at.")
        {
            folder,
        };
        var outputs = new OutputFiles(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var place = Path.GetFullPath(parsed.GetRequiredValue(folder));

            // A folder with the demo's pictures is the demo's own.
            outputs.Check(parsed, [("--out", ModelIn(place)), ("--out", HtmlReport.PlaceIn(place))], [],
                replaces: Directory.Exists(PicturesIn(place)));
            var result = Run(place, context);
            context.Write(result, r =>
            {
                ResultText.Print(r.Training);
                Console.WriteLine(
                    $"pointing: {r.Pointing:0.000} of the correctly classified test pictures have their heatmap's peak inside "
                    + $"the object's box");
                Console.WriteLine($"heatmaps: {r.Heatmaps.Count} in {Path.GetDirectoryName(r.Heatmaps[0])}");
            }, result.Report);
            return CommandLine.Good;
        });
        return command;
    }

    private static DemoResult Run(string folder, CommandContext context)
    {
        var pictures = PicturesIn(folder);
        var samples = Draw(pictures, context);
        var sampleOf = samples.ToDictionary(s => s.Path, StringComparer.Ordinal);

        var run = new BackboneRunOptions { Threads = context.Threads };
        var job = new TrainingJob(new TrainingOptions
        {
            Backbone = BackboneCatalog.Resolve(BackboneCatalog.Default),
            UseCache = false,
            Seed = context.Seed,
            Run = run,
        });
        var data = DataSource.Open(pictures);
        var trained = job.Run(data, context.Progress, context.Cancellation)
            .Save(ModelIn(folder));

        // What follows uses the file just written, as a service would.
        using var classifier = ImageClassificationModel.Load(trained.Model!, run);
        var test = trained.TestPictures;
        var heatmapFolder = Path.Combine(folder, "heatmaps");
        var heatmaps = HeatmapFiles.PlacesOf(test.Select(t => t.Path), heatmapFolder);
        var done = 0;
        var game = new PointingGame();
        using (var stage = context.Progress.Begin("heatmaps", test.Count))
        {
            foreach (var explanation in classifier.Explain(test.Select(t => t.Path)))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var record = test[done];
                HeatmapFiles.Write(explanation, heatmaps[done]);
                stage.Report(++done);
                var geometry = explanation.Heatmap!.Geometry;
                var box = sampleOf[record.Path].Box;
                var heatmap = explanation.Heatmap;
                game.Add(explanation.Prediction.Label == record.Label, heatmap.Values, heatmap.Width, heatmap.Height,
                    (box.Left / (double)geometry.SourceWidth, box.Top / (double)geometry.SourceHeight,
                        box.Right / (double)geometry.SourceWidth, box.Bottom / (double)geometry.SourceHeight));
            }
        }

        var report = TrainingReport.Write(folder, "Demo: six drawn shapes", trained, classifier, data, context,
            game.Share);
        return new DemoResult(trained, game.Share, heatmaps, pictures, report);
    }

    private static string PicturesIn(string folder) => Path.Combine(folder, "pictures");

    private static string ModelIn(string folder) => Path.Combine(folder, "model.zip");

    private static IReadOnlyList<SampleImage> Draw(string folder, CommandContext context)
    {
        var options = new SampleSetOptions { Seed = context.Seed };
        using var stage = context.Progress.Begin("drawing", SampleSet.Classes.Count * options.ImagesPerClass);
        return SampleSet.Write(folder, options, new StageProgress(stage), context.Cancellation);
    }

    // Unlike System.Progress it reports at once, on the thread that does the work.
    private sealed class StageProgress(IJobStage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}

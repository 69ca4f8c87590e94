using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Benchmarks.Pipeline;

/// <summary>What one training took.</summary>
/// <param name="Features">Seconds from the first row to the last row's features, loading the network included.</param>
/// <param name="Fit">Seconds of five-fold cross-validation and the fit on everything.</param>
/// <param name="Accuracy">The mean micro-accuracy of the folds.</param>
/// <param name="PeakMb">The most memory that the process had, in megabytes.</param>
internal sealed record PipelineRun(double Features, double Fit, double Accuracy, double PeakMb);

/// <summary>One training of one contender in a process of its own, from pictures to a fitted head.</summary>
internal static class PipelineChildCommand
{
    public const string Name = "pipeline-child";
    public const string MlNet = "mlnet";
    public const string Ours = "ours";

    public static Command Create()
    {
        var contender = new Argument<string>("contender");
        var data = new Argument<string>("data");
        var cache = new Argument<string>("cache");
        var seed = new Argument<int>("seed");
        var command = new Command(Name, "Trains once.") { contender, data, cache, seed };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var ml = new MLContext(parsed.GetValue(seed));
            var pictures = DataSource.Open(parsed.GetRequiredValue(data));
            var run = parsed.GetRequiredValue(contender) == MlNet
                ? Train(ml, () => FeaturesOfMlNet(ml, pictures), ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
                : Train(ml, () => FeaturesOfOurs(pictures, parsed.GetRequiredValue(cache)),
                    ml.MulticlassClassification.Trainers.LinearHead());
            Console.WriteLine(JsonSerializer.Serialize(run));
        });
        return command;
    }

    private static PipelineRun Train<T>(MLContext ml, Func<List<Row>> features, IEstimator<T> trainer)
        where T : class, ITransformer
    {
        var clock = Stopwatch.StartNew();
        var rows = features();
        var featureSeconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        var view = ml.Data.LoadFromEnumerable(rows, definition);
        var chain = ml.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Append(trainer);
        var folds = ml.MulticlassClassification.CrossValidate(view, chain, 5);
        chain.Fit(view);
        var fitSeconds = clock.Elapsed.TotalSeconds;
        using var self = Process.GetCurrentProcess();
        return new PipelineRun(featureSeconds, fitSeconds, folds.Average(f => f.Metrics.MicroAccuracy),
            self.PeakWorkingSet64 / 1e6);
    }

    /// <summary>The chain of ML.NET's own documentation for a pretrained ResNet-18.</summary>
    private static List<Row> FeaturesOfMlNet(MLContext ml, ImageDataSet pictures)
    {
        var view = pictures.ToDataView(ml);
        var chain = ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("Image", 224, 224))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(ml.Transforms.DnnFeaturizeImage("Features",
                m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "Pixels"));
        return [.. ml.Data.CreateEnumerable<Row>(chain.Fit(view).Transform(view), reuseRowObject: false)];
    }

    private static List<Row> FeaturesOfOurs(ImageDataSet pictures, string cache) =>
        [.. FeatureBank.Extract(pictures, BackboneCatalog.Resolve("resnet18"), cacheFolder: cache).Rows
            .Select(r => new Row { Label = r.Label, Features = r.Features })];

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Features { get; set; } = [];
    }
}

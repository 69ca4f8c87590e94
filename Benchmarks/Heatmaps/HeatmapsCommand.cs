using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Data.Splits;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Onnx;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Benchmarks.Heatmaps;

/// <summary>What a heatmap at the last map costs: predictions with it against plain ones, of the same batch, in turn.</summary>
internal static class HeatmapsCommand
{
    private static readonly string[] s_methods = ["cam", "grad-cam"];

    public static Command Create()
    {
        var networks = new Option<string[]>("--networks")
        {
            Description = "Architectures, with seeded weights.",
            DefaultValueFactory = _ => ["resnet18", "vgg16"],
            AllowMultipleArgumentsPerToken = true,
        };
        networks.AcceptOnlyFromAmong([.. ArchitectureCatalog.All.Select(a => a.Name)]);
        var batch = new Option<int>("--batch") { Description = "Pictures in a turn.", DefaultValueFactory = _ => 16 };
        var pairs = new Option<int>("--pairs")
        {
            Description = "Turns of either; medians are shown.",
            DefaultValueFactory = _ => 9,
        };
        var threads = new Option<int>("--threads") { Description = "Threads; 0 for all cores." };
        var command = new Command("heatmaps",
            "Predictions with a heatmap (CAM, Grad-CAM) against plain predictions, as ratios of turns that alternate.")
        {
            networks, batch, pairs, threads,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine($"{"network",-12}{"method",-10}{"plain, ms",12}{"with, ms",12}{"ratio",8}{"lowest",8}"
                + $"{"highest",8}");
            foreach (var name in parsed.GetRequiredValue(networks))
                Compare(name, parsed.GetValue(batch), parsed.GetValue(pairs), parsed.GetValue(threads));
            return 0;
        });
        return command;
    }

    private static void Compare(string name, int batch, int pairs, int threads)
    {
        byte[][] files = [.. Enumerable.Range(0, batch).Select(Noise)];
        using var model = ModelOf(name, files, new BackboneRunOptions { BatchSize = batch, Threads = threads });
        Picture[] pictures = [.. files.Select(f => Picture.FromBytes(f))];
        foreach (var method in s_methods.Select(HeatmapMethods.ByName).Where(m => m.Fits(model.Backbone.FeatureMapPooling)))
        {
            void Plain() => Require(model.Predict(pictures).Count(p => p.Error is null), batch);
            void With() => Require(model.Explain(pictures, method: method).Count(e => e.Heatmap is not null), batch);

            Time(Plain);
            Time(With);
            List<(double Plain, double With)> times = [];
            for (var pair = 0; pair < pairs; pair++)
            {
                // Who goes first changes from pair to pair.
                var first = Time(pair % 2 == 0 ? Plain : With);
                var second = Time(pair % 2 == 0 ? With : Plain);
                times.Add(pair % 2 == 0 ? (first, second) : (second, first));
            }

            double[] ratios = [.. times.Select(t => t.With / t.Plain)];
            Console.WriteLine($"{name,-12}{method.Name,-10}{Statistics.Median(times.Select(t => t.Plain)),12:0.0}"
                + $"{Statistics.Median(times.Select(t => t.With)),12:0.0}{Statistics.Median(ratios),8:0.000}"
                + $"{ratios.Min(),8:0.000}{ratios.Max(),8:0.000}");
        }
    }

    private static ImageClassificationModel ModelOf(string name, byte[][] files, BackboneRunOptions options)
    {
        var context = new MLContext(1);
        var onnx = OnnxWriter.ToBytes(ArchitectureCatalog.ByName(name).Build());
        var backbone = Backbone.FromOnnx(onnx, name, new BackboneOptions
        {
            Preprocessing = new Preprocessing { Width = 224, Height = 224, ShorterSide = 256, Scale = 1f / 255 },
        });
        var view = context.Data.LoadFromEnumerable(files.Take(4).Select((f, i) =>
            new Row { Image = f, Label = i % 2 == 0 ? "even" : "odd" }));
        var chain = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.ApplyBackbone(backbone, inputColumnName: "Image", featureMapColumnName: null))
            .Append(context.MulticlassClassification.Trainers.LinearHead(new LinearHeadOptions { L2Regularization = 1 }));
        return ImageClassificationModel.From(
            new TrainedModel { Transformer = chain.Fit(view), InputSchema = view.Schema }, options);
    }

    private static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static void Require(int done, int all)
    {
        if (done != all)
            throw new InvalidOperationException($"{done} of {all} pictures were answered.");
    }

    private static byte[] Noise(int seed)
    {
        using var raster = new Raster(256, 256);
        var random = new SeededRandom(seed);
        foreach (ref var value in raster.Pixels)
            value = (byte)random.Next(256);
        return PngEncoder.Encode(raster);
    }

    private sealed class Row
    {
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }
}

using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Benchmarks.Pipeline;

/// <summary>The feature stage, from files to features, against the network alone on as many pictures, in the same batches and
/// threads, in turn.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var data = new Argument<string>("data") { Description = "A folder with pictures, or a manifest." };
        var network = new Option<string>("--network")
        {
            Description = "A backbone.",
            DefaultValueFactory = _ => "resnet18",
        };
        var batch = new Option<int>("--batch") { Description = "Pictures in a run.", DefaultValueFactory = _ => 32 };
        var rounds = new Option<int>("--rounds") { Description = "Turns after the first.", DefaultValueFactory = _ => 5 };
        foreach (var option in new[] { batch, rounds })
        {
            option.Validators.Add(given =>
            {
                if (given.GetValue(option) < 1)
                    given.AddError($"{option.Name} must be at least 1.");
            });
        }

        var threads = new Option<int>("--threads") { Description = "Threads; 0 for all cores." };
        var command = new Command("features",
            "The feature stage (reading, hashing, decoding, resampling, the network) against the network alone, on as many "
            + "pictures, in the same batches and threads, in turn. The first turn opens the network in a fresh process.")
        {
            data, network, batch, rounds, threads,
        };
        command.SetAction(parsed =>
        {
            Compare(parsed.GetRequiredValue(data), parsed.GetRequiredValue(network), parsed.GetValue(rounds),
                new BackboneRunOptions { BatchSize = parsed.GetValue(batch), Threads = parsed.GetValue(threads) });
            return 0;
        });
        return command;
    }

    private static void Compare(string data, string network, int rounds, BackboneRunOptions options)
    {
        var clock = Stopwatch.StartNew();
        var pictures = DataSource.Open(data);
        var backbone = BackboneCatalog.Resolve(network);
        using var extractor = new CachedFeatureExtractor(backbone, options, useCache: false);
        var first = Seconds(() => Extract(extractor, pictures), clock);
        using var alone = new NetworkAlone(backbone, pictures.Records.Count, options);
        alone.Run();

        Console.WriteLine($"{pictures.Records.Count} pictures, {backbone.Name}, batches of {options.BatchSize}, "
            + $"{(options.Threads == 0 ? Environment.ProcessorCount : options.Threads)} threads, "
            + $"{Environment.ProcessorCount} cores");
        Console.WriteLine($"{"turn",-10}{"network, s",12}{"features, s",12}{"ratio",8}");
        List<double> ratios = [];
        for (var turn = 0; turn <= rounds; turn++)
        {
            var ran = Seconds(alone.Run, Stopwatch.StartNew());
            var features = turn == 0 ? first : Seconds(() => Extract(extractor, pictures), Stopwatch.StartNew());
            if (turn > 0)
                ratios.Add(features / ran);
            Console.WriteLine($"{(turn == 0 ? "first" : turn),-10}{ran,12:0.000}{features,12:0.000}"
                + $"{features / ran,8:0.00}");
        }

        Console.WriteLine($"{"median",-34}{Statistics.Median(ratios),8:0.00}");
    }

    private static double Seconds(Action action, Stopwatch clock)
    {
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static void Extract(CachedFeatureExtractor extractor, ImageDataSet pictures)
    {
        var rows = extractor.Extract(pictures).Count();
        if (rows != pictures.Records.Count)
            throw new InvalidOperationException($"{rows} of {pictures.Records.Count} pictures have features.");
    }

    /// <summary>A network that runs on noise, in whole batches and a last one of the rest.</summary>
    private sealed class NetworkAlone(Backbone backbone, int count, BackboneRunOptions options) : IDisposable
    {
        private readonly ISession _session = new ManagedRuntime().CreateSession(
            backbone.Graph.WithOutputs([backbone.PooledName!]), new SessionOptions { Threads = options.Threads });

        private readonly Dictionary<string, Tensor> _batch = BackboneNoise.Of(backbone, options.BatchSize);
        private readonly Dictionary<string, Tensor>? _rest = count % options.BatchSize is > 0 and var rest
            ? BackboneNoise.Of(backbone, rest) : null;

        public void Run()
        {
            for (var i = 0; i < count / options.BatchSize; i++)
                _session.Run(_batch);
            if (_rest is not null)
                _session.Run(_rest);
        }

        public void Dispose() => _session.Dispose();
    }
}

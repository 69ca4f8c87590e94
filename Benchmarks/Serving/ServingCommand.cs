using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlPipeline.Data.Splits;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Benchmarks.Serving;

/// <summary>Pictures that a service answers in a second against those that its network alone computes, in turn.</summary>
internal static class ServingCommand
{
    private const int WarmUpSeconds = 8;

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A saved model (.zip)." };
        var data = new Argument<string>("data") { Description = "A folder with pictures, or a manifest: what is asked." };
        var connections = new Option<int>("--connections")
        {
            Description = "Requests at a time.",
            DefaultValueFactory = _ => 16,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Pictures in a run of the network alone.",
            DefaultValueFactory = _ => 8,
        };
        var rounds = new Option<int>("--rounds") { Description = "Turns of either.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "A turn's length.", DefaultValueFactory = _ => 15 };
        var seed = new Option<int>("--seed") { Description = "Of the random arrivals.", DefaultValueFactory = _ => 1 };
        var command = new Command("serving",
            "The scoring service in a process of its own, asked with whole JPEG files, against the network alone: decoding, "
            + "resampling, HTTP and the head are the difference. Then the times of answers at half the load: half the "
            + "connections, and arrivals at random at half the rate.")
        {
            model, data, connections, batch, rounds, seconds, seed,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data),
            parsed.GetValue(connections), parsed.GetValue(batch), parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, string data, int connections, int batch, int rounds, TimeSpan turn,
        int seed, CancellationToken cancellation)
    {
        byte[][] files = [.. DataSource.Open(data).Records.Select(r => File.ReadAllBytes(r.Path))];
        using var network = NetworkOf(path, batch, out var feed);
        await using var service = await ServiceProcess.StartAsync(path, cancellation);
        using var load = new Load(service.Address, files);
        await load.ClosedAsync(connections, TimeSpan.FromSeconds(WarmUpSeconds), cancellation);

        Console.WriteLine($"{files.Length} files, {connections} connections, {Environment.ProcessorCount} cores; pictures in a "
            + $"second, the network alone in batches of {batch}");
        Console.WriteLine($"{"round",-12}{"network",12}{"service",12}{"ratio",8}");
        List<double> ratios = [];
        List<double> rates = [];
        for (var round = 1; round <= rounds; round++)
        {
            // The service stands still while the network runs alone.
            var alone = batch / MedianSeconds(network, feed, turn);
            var answered = await load.ClosedAsync(connections, turn, cancellation);
            rates.Add(answered.Rate);
            ratios.Add(answered.Rate / alone);
            Console.WriteLine($"{round,-12}{alone,12:0.0}{answered.Rate,12:0.0}{ratios[^1],8:0.00}");
        }

        Console.WriteLine($"{"median",-36}{Statistics.Median(ratios),8:0.00}");
        Console.WriteLine();
        Console.WriteLine($"{"answers, ms",-36}{"in a second",12}{"median",10}{"p99",10}{"ratio",8}");
        var half = Math.Max(1, connections / 2);
        Print($"{half} connections", await load.ClosedAsync(half, 2 * turn, cancellation));
        var rate = Statistics.Median(rates) / 2;
        Print($"at random, {rate.ToString("0.0", CultureInfo.InvariantCulture)} in a second",
            await load.OpenAsync(rate, 2 * turn, new SeededRandom(seed), cancellation));
        Console.WriteLine($"the service had at most {service.PeakBytes / 1e6:0} MB");
        return 0;
    }

    private static void Print(string what, LoadResult result) =>
        Console.WriteLine($"{what,-36}{result.Rate,12:0.0}{result.Quantile(0.5),10:0.0}{result.Quantile(0.99),10:0.0}"
            + $"{result.Quantile(0.99) / result.Quantile(0.5),8:0.0}");

    private static ISession NetworkOf(string path, int batch, out Dictionary<string, Tensor> feed)
    {
        using var model = ImageClassificationModel.Load(path);
        var backbone = model.Backbone;
        feed = BackboneNoise.Of(backbone, batch);
        return Runtime.ByName("managed").CreateSession(backbone.Graph, new SessionOptions());
    }

    private static double MedianSeconds(ISession network, Dictionary<string, Tensor> feed, TimeSpan turn)
    {
        var total = Stopwatch.StartNew();
        List<double> times = [];
        do
        {
            var clock = Stopwatch.StartNew();
            network.Run(feed);
            times.Add(clock.Elapsed.TotalSeconds);
        }
        while (total.Elapsed < turn);
        return Statistics.Median(times);
    }
}

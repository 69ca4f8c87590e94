using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Results;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Cli.Commands;

/// <summary>Times a network on this machine.</summary>
internal static class BenchCommand
{
    private const int MostRuns = 50;

    public static Command Create()
    {
        var network = NetworkArgument.Create();
        var size = new Option<int?>("--input-size") { Description = "Height and width of the input, in pixels." };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 5 };
        var layers = new Option<bool>("--layers")
        {
            Description = "Also time every step of the managed runtime's plan: algorithm, output, ms, GFLOP/s, share, bytes.",
        };
        var command = new Command(
            "bench",
            "Time a network on this machine. It is ready (planMs) when, from the network in memory, it has been rewritten, "
            + "planned and run once.") { network, size, seconds, layers };
        var runtime = new RuntimeArguments(command, readsPictures: false);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var run = runtime.RunOptions(parsed, context);
            var perLayer = parsed.GetValue(layers);
            if (perLayer && run.Runtime is not ManagedRuntime)
            {
                throw new UsageException(
                    $"--layers shows the plan of the managed runtime; it cannot look into {run.Runtime!.Name}.");
            }

            (var graph, var side) = Open(parsed.GetRequiredValue(network), parsed.GetValue(size));
            var feed = Feed(graph, side, Math.Max(1, run.BatchSize), context.Seed);
            var result = Measure(graph, feed, run.Runtime!, context, parsed.GetValue(seconds));
            if (perLayer)
                result = result with { Layers = LayerTable.Of(graph, feed, (ManagedRuntime)run.Runtime!, context) };
            context.Write(result, Print);
            return CommandLine.Good;
        });
        return command;
    }

    private static void Print(Result r)
    {
        if (r.Layers is { } layers)
            LayerTable.Print(layers);
        Console.WriteLine(
            $"{r.Runtime}, batch {r.Batch}, {r.Threads} threads: "
            + $"median {r.MedianMs:0.00} ms, min {r.MinMs:0.00} ms, {r.ImagesPerSecond:0.0} images/s; ready "
            + $"after {r.PlanMs:0} ms; peak memory {r.PeakRssMb:0} MB");
    }

    private static (Graph Graph, int Side) Open(string name, int? size)
    {
        var architecture = NetworkArgument.FindArchitecture(name);
        if (architecture != null)
        {
            var defaults = architecture.Defaults;
            var side = size ?? defaults.InputSize;
            return (architecture.Build(defaults with { InputSize = side }), side);
        }

        var backbone = NetworkArgument.Resolve(name);
        return (backbone.Graph, size ?? backbone.Preprocessing.Width);
    }

    private static Dictionary<string, Tensor> Feed(Graph graph, int side, int batch, int seed)
    {
        var input = graph.Inputs[0];
        int[] shape = [.. input.Dimensions!.Select((d, axis) => d >= 0 ? d : axis == 0 ? batch : side)];
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle())];
        return new Dictionary<string, Tensor> { [input.Name] = Tensor.Of(values, shape) };
    }

    private static Result Measure(Graph graph, Dictionary<string, Tensor> feed, IRuntime runtime,
        CommandContext context, double seconds)
    {
        var batch = feed.Values.First().Dimensions[0];
        var clock = Stopwatch.StartNew();
        using var session = runtime.CreateSession(graph, new SessionOptions { Threads = context.Threads });
        session.Run(feed);
        var planMs = clock.Elapsed.TotalMilliseconds;
        session.Run(feed);

        List<double> times = [];
        var total = Stopwatch.StartNew();
        while (times.Count < 3 || (times.Count < MostRuns && total.Elapsed.TotalSeconds < seconds))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            clock.Restart();
            session.Run(feed);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        var median = times[times.Count / 2];
        var threads = context.Threads == 0 ? Environment.ProcessorCount : context.Threads;
        using var self = Process.GetCurrentProcess();
        return new Result(median, times[0], 1000 * batch / median, batch, threads, runtime.Name, planMs,
            self.PeakWorkingSet64 / 1e6);
    }

    private sealed record Result(double MedianMs, double MinMs, double ImagesPerSecond, int Batch, int Threads, string Runtime,
        double PlanMs, double PeakRssMb)
    {
        public IReadOnlyList<LayerTime>? Layers { get; init; }
    }
}

using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline;

namespace MlPipeline.Cli.Commands;

/// <summary>Times a network on this machine.</summary>
internal static class BenchCommand
{
    private const int MostRuns = 50;

    public static Command Create()
    {
        var network = new Argument<string>("network") { Description = "A backbone, an ONNX file, or an architecture (with random weights)." };
        var size = new Option<int?>("--input-size") { Description = "Height and width of the input, in pixels." };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 5 };
        var command = new Command(
            "bench",
            "Time a network on this machine. It is ready (planMs) when, from the network in memory, it has been rewritten, planned and run once.") { network, size, seconds };
        var runtime = new RuntimeArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            BackboneRunOptions run = runtime.RunOptions(parsed, context);
            (Graph graph, int side) = Open(parsed.GetRequiredValue(network), parsed.GetValue(size));
            Result result = Measure(graph, side, run.Runtime!, Math.Max(1, run.BatchSize), context, parsed.GetValue(seconds));
            context.Write(result, r => Console.WriteLine(
                $"{r.Runtime}, batch {r.Batch}, {r.Threads} threads: median {r.MedianMs:0.00} ms, min {r.MinMs:0.00} ms, {r.ImagesPerSecond:0.0} images/s; ready after {r.PlanMs:0} ms; peak memory {r.PeakRssMb:0} MB"));
            return CommandLine.Good;
        });
        return command;
    }

    private static (Graph Graph, int Side) Open(string name, int? size)
    {
        Architecture? architecture = ArchitectureCatalog.All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));
        if (architecture != null)
        {
            ArchitectureOptions defaults = architecture.Defaults;
            int side = size ?? defaults.InputSize;
            return (architecture.Build(defaults with { InputSize = side }), side);
        }

        Backbone backbone = BackboneCatalog.Resolve(name);
        return (backbone.Graph, size ?? backbone.Preprocessing.Width);
    }

    private static Result Measure(Graph graph, int side, IRuntime runtime, int batch, CommandContext context, double seconds)
    {
        ValueInfo input = graph.Inputs[0];
        int[] shape = [.. input.Dimensions!.Select((d, axis) => d >= 0 ? d : axis == 0 ? batch : side)];
        var random = new Random(context.Seed);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle())];
        var feed = new Dictionary<string, Tensor> { [input.Name] = Tensor.Of(values, shape) };

        var clock = Stopwatch.StartNew();
        using ISession session = runtime.CreateSession(graph, new SessionOptions { Threads = context.Threads });
        session.Run(feed);
        double planMs = clock.Elapsed.TotalMilliseconds;
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
        double median = times[times.Count / 2];
        int threads = context.Threads == 0 ? Environment.ProcessorCount : context.Threads;
        using var self = Process.GetCurrentProcess();
        return new Result(median, times[0], 1000 * batch / median, batch, threads, runtime.Name, planMs, self.PeakWorkingSet64 / 1e6);
    }

    private sealed record Result(double MedianMs, double MinMs, double ImagesPerSecond, int Batch, int Threads, string Runtime, double PlanMs, double PeakRssMb);
}

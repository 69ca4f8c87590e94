using System.CommandLine;
using System.Text.Json;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>Whole networks: the managed engine against ONNX Runtime, run in turn on the same weights and input.</summary>
internal static class InferenceCommand
{
    private static readonly JsonSerializerOptions s_json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static Command Create()
    {
        var networks = new Argument<string[]>("networks")
        {
            Description = "Architectures; default all there are.",
            DefaultValueFactory = _ => [.. ArchitectureCatalog.All.Select(a => a.Name)],
        };
        var batches = new Option<int[]>("--batch")
        {
            Description = "Batch sizes.",
            DefaultValueFactory = _ => [1, 16],
            AllowMultipleArgumentsPerToken = true,
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "Thread counts.",
            DefaultValueFactory = _ => [1, 2],
            AllowMultipleArgumentsPerToken = true,
        };
        var runs = new Option<int>("--runs")
        {
            Description = "Timed pairs for each line, at most.",
            DefaultValueFactory = _ => 15,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "Time for each line's pairs, at most (three pairs are made anyhow).",
            DefaultValueFactory = _ => 10,
        };
        var warmup = new Option<double>("--warmup")
        {
            Description =
                "Untimed seconds of runs of either runtime before each line, at least three runs: by then the just-in-time "
                + "compiler has settled.",
            DefaultValueFactory = _ => 1,
        };
        var apart = new Option<bool>("--apart")
        {
            Description =
                "Time each runtime in a process of its own, one run at a time in turn, so that threads of one never wait "
                + "inside the other's process.",
        };
        var memoryOnly = new Option<bool>("--no-timing") { Description = "Only plan times and memory." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of a table." };
        var command = new Command("inference",
            "The managed engine against ONNX Runtime's CPU provider, over whole networks. Plan time (from opening the ONNX "
            + "file to the first answer) and peak memory are those of a fresh process for each runtime.")
        {
            networks, batches, threads, runs, seconds, warmup, apart, memoryOnly, json,
        };
        command.SetAction(parsed =>
        {
            OnnxRuntime peer;
            try
            {
                foreach (var name in parsed.GetRequiredValue(networks))
                    _ = ArchitectureCatalog.ByName(name);

                peer = new OnnxRuntime();
            }
            catch (Exception error) when (error is OnnxRuntimeException or ArgumentException)
            {
                Console.Error.WriteLine($"error: {error.Message}");
                return 1;
            }

            var benchmark = new InferenceBenchmark(peer)
            {
                Batches = parsed.GetRequiredValue(batches),
                Runs = parsed.GetValue(runs),
                Seconds = parsed.GetValue(seconds),
                Warmup = parsed.GetValue(warmup),
                Apart = parsed.GetValue(apart),
                MemoryOnly = parsed.GetValue(memoryOnly),
            };
            var results = parsed.GetRequiredValue(networks)
                .SelectMany(n => benchmark.Measure(n, parsed.GetRequiredValue(threads)));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { Peer = peer.Name, peer.Version, benchmark.Apart, Results = results.ToArray() }, s_json));
            }
            else
            {
                WriteTable(peer, results);
            }

            return 0;
        });
        return command;
    }

    private static void WriteTable(OnnxRuntime peer, IEnumerable<InferenceResult> results)
    {
        Console.WriteLine($"managed engine against ONNX Runtime {peer.Version}; ratio = managed / peer, median of paired turns");
        Console.WriteLine(InferenceResult.Header);
        foreach (var result in results)
            Console.WriteLine(result.ToLine());
    }
}

using System.CommandLine;
using System.Text.Json;
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
            Description = $"Which networks; default all: {string.Join(", ", BenchmarkNetworks.Names)}.",
            DefaultValueFactory = _ => [.. BenchmarkNetworks.Names],
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
        var pairs = new Option<int>("--pairs")
        {
            Description = "Timed pairs for each line, at most.",
            DefaultValueFactory = _ => 15,
        };
        var minutes = new Option<double>("--minutes")
        {
            Description = "Time for all lines, about: each has an equal share of what is left, and two pairs at least.",
            DefaultValueFactory = _ => 18,
        };
        var results = new Option<string?>("--results")
        {
            Description = "A page (Markdown) whose rows for this machine are brought up to date; default Benchmarks/RESULTS.md.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of a table." };
        var command = new Command("inference",
            "The managed engine against ONNX Runtime's CPU provider (the package that this project references), over whole "
            + "networks, each runtime in a process of its own and in turn. Plan time is from opening the ONNX file to the first "
            + "answer.")
        {
            networks, batches, threads, pairs, minutes, results, json,
        };
        foreach (var option in new[] { batches, threads })
        {
            option.Validators.Add(parsed =>
            {
                if (parsed.Tokens.Any(t => !int.TryParse(t.Value, out var n) || n < 1))
                    parsed.AddError($"{option.Name} takes numbers from 1 up, such as '{option.Name} 1 16'.");
            });
        }

        command.SetAction(parsed =>
        {
            try
            {
                var page = parsed.GetResult(results) is null
                    ? null
                    : parsed.GetValue(results) ?? Path.Combine("Benchmarks", "RESULTS.md");
                var benchmark = new InferenceBenchmark(
                    [.. parsed.GetRequiredValue(networks).Select(BenchmarkNetworks.Find).Distinct()],
                    [.. parsed.GetRequiredValue(threads).Distinct()], [.. parsed.GetRequiredValue(batches).Distinct()],
                    parsed.GetValue(pairs), parsed.GetValue(minutes));
                Run(benchmark, new OnnxRuntime().Version, page, parsed.GetValue(json));
                return 0;
            }
            catch (Exception error) when (error is OnnxRuntimeException or ArgumentException or IOException
                or InvalidOperationException)
            {
                Console.Error.WriteLine($"error: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    private static void Run(InferenceBenchmark benchmark, string peerVersion, string? page, bool json)
    {
        var file = page is null ? null : new ResultsFile(page, $"{Machine.Text}, ONNX Runtime {peerVersion}");
        if (!json)
        {
            Console.WriteLine(Machine.Text);
            Console.WriteLine(
                $"managed engine against ONNX Runtime {peerVersion}; ratio = managed / peer, median of paired turns");
            Console.WriteLine(InferenceResult.Header);
        }

        List<InferenceResult> all = [];
        foreach (var results in benchmark.Measure())
        {
            all.AddRange(results);
            file?.Add(results);
            foreach (var result in json ? [] : results)
                Console.WriteLine(result.ToLine());
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { Machine = Machine.Text, Peer = "onnxruntime", Version = peerVersion, Results = all }, s_json));
        }
    }
}

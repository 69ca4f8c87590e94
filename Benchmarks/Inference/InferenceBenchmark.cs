using System.Diagnostics;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>Measures networks on the managed engine and on ONNX Runtime, each in a process of its own, one run at a time in
/// turn.</summary>
/// <remarks>
/// So threads of one never wait inside the other's process, and plan time and memory are those of a process that runs nothing
/// else.
/// </remarks>
internal sealed class InferenceBenchmark(IReadOnlyList<string> networks, int[] threads, int[] batches, int runs, double minutes)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    // Peaks only rise, so batch sizes come in order.
    private readonly int[] _batches = [.. batches.Order()];
    private int _linesLeft = networks.Count * threads.Length * batches.Length;

    /// <summary>Measures all networks, giving what one network gave when it is done.</summary>
    public IEnumerable<InferenceResult[]> Measure()
    {
        foreach (var network in networks)
        {
            var file = Path.Combine(Path.GetTempPath(), $"mlpipeline-{network}-{Guid.NewGuid():N}.onnx");
            InferenceResult[] results;
            try
            {
                Progress($"{network}: writing the network");
                BenchmarkNetworks.Save(network, file);
                results = [.. threads.SelectMany(count => Measure(network, file, count))];
            }
            finally
            {
                File.Delete(file);
            }

            yield return results;
        }
    }

    private List<InferenceResult> Measure(string network, string file, int count)
    {
        Progress($"{network}, {count} threads: loading");
        using var managed = new ChildContender(file, "managed", count);
        using var peer = new ChildContender(file, "onnxruntime", count);
        var pair = new Pair(managed, peer);
        List<InferenceResult> results = [];
        foreach (var batch in _batches)
        {
            Progress($"{network}, {count} threads, batch {batch}: timing");
            var times = pair.Measure(batch, runs, SecondsForNextLine());
            results.Add(new InferenceResult(
                network, batch, count, times, managed.LoadMs, peer.LoadMs, managed.PeakBytes / 1e6, peer.PeakBytes / 1e6));
            _linesLeft--;
        }

        return results;
    }

    /// <summary>An equal share of the time that is left, less what loading takes.</summary>
    private double SecondsForNextLine() => Math.Max(0, ((minutes * 60) - _clock.Elapsed.TotalSeconds) / _linesLeft * 0.8);

    private void Progress(string text) =>
        Console.Error.WriteLine($"[{_clock.Elapsed:mm\\:ss}, {_linesLeft} lines left] {text}");
}

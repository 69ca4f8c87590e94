using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>Measures networks with random weights on the managed engine and the peer.</summary>
/// <remarks>
/// Plan time and memory are those of fresh processes that read the network from a file, one for each runtime; times of runs are
/// taken in this process, or in those processes where <see cref="Apart"/> is set.
/// </remarks>
internal sealed record InferenceBenchmark(OnnxRuntime Peer)
{
    public required int[] Batches { get; init; }

    public required int Runs { get; init; }

    public required double Seconds { get; init; }

    public required double Warmup { get; init; }

    public bool Apart { get; init; }

    public bool MemoryOnly { get; init; }

    /// <summary>Measures one network, line by line.</summary>
    public IEnumerable<InferenceResult> Measure(string network, int[] threads)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mlpipeline-{network}-{Guid.NewGuid():N}.onnx");
        try
        {
            Progress($"{network}: building the network");
            var graph = ArchitectureCatalog.ByName(network).Build();
            OnnxWriter.Save(graph, file);
            foreach (var count in threads)
            {
                foreach (var result in Measure(network, graph, file, count))
                    yield return result;
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private IEnumerable<InferenceResult> Measure(string network, Graph graph, string file, int threads)
    {
        Progress($"{network}, {threads} threads: plan time and memory");
        using var managed = new ChildContender(file, "managed", threads);
        using var peer = new ChildContender(file, "onnxruntime", threads);
        InferenceResult[] results = [.. Batches.Order().Select(batch => Load(network, batch, threads, managed, peer))];
        if (MemoryOnly)
            return results;

        if (Apart)
            return Timed(results, new Pair(managed, peer));

        managed.Dispose();
        peer.Dispose();
        var options = new SessionOptions { Threads = threads };
        using var here = new Contender(new ManagedRuntime().CreateSession(graph, options));
        using var there = new Contender(Peer.CreateSession(graph, options));
        return Timed(results, new Pair(here, there));
    }

    // Peaks only rise, so the batch sizes come in order.
    private static InferenceResult Load(string network, int batch, int threads, ChildContender managed, ChildContender peer)
    {
        for (var run = 0; run < 2; run++)
        {
            managed.Run(batch);
            peer.Run(batch);
        }

        return new InferenceResult(
            network, batch, threads, null, managed.LoadMs, peer.LoadMs, managed.PeakBytes / 1e6, peer.PeakBytes / 1e6);
    }

    private InferenceResult[] Timed(InferenceResult[] results, Pair pair)
    {
        for (var i = 0; i < results.Length; i++)
        {
            Progress($"{results[i].Network}, {results[i].Threads} threads, batch {results[i].Batch}: timing");
            results[i] = results[i] with { Times = pair.Measure(results[i].Batch, Runs, Seconds, Warmup) };
        }

        return results;
    }

    private static void Progress(string text) => Console.Error.WriteLine(text);
}

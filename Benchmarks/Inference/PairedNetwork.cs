using System.Diagnostics;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>One network with the same random weights on two runtimes that are timed in turn: A B A B ...</summary>
internal sealed class PairedNetwork(Architecture architecture, IRuntime peer)
{
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(30);
    private readonly Graph _graph = architecture.Build();

    public IEnumerable<PairedResult> Measure(int threads, int[] batches, int runs, double seconds)
    {
        var options = new SessionOptions { Threads = threads };
        var clock = Stopwatch.StartNew();
        using ISession managed = new ManagedRuntime().CreateSession(_graph, options);
        managed.Run(Input(1));
        double planMs = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        using ISession other = peer.CreateSession(_graph, options);
        other.Run(Input(1));
        double loadMs = clock.Elapsed.TotalMilliseconds;
        foreach (int batch in batches)
            yield return Measure(managed, other, batch, threads, runs, seconds) with { PlanMs = planMs, PeerLoadMs = loadMs };
    }

    private PairedResult Measure(ISession managed, ISession other, int batch, int threads, int runs, double seconds)
    {
        Dictionary<string, Tensor> input = Input(batch);
        double error = RelativeError(managed.Run(input)["logits"], other.Run(input)["logits"]);
        managed.Run(input);
        other.Run(input);
        List<double> ours = [];
        List<double> theirs = [];
        var total = Stopwatch.StartNew();
        for (int run = 0; run < runs && (run < 3 || total.Elapsed.TotalSeconds < seconds); run++)
        {
            // Who goes first changes from pair to pair, so that neither always finds the caches as the other left them.
            if (run % 2 == 0)
                ours.Add(Time(managed, input));
            theirs.Add(Time(other, input));
            if (run % 2 == 1)
                ours.Add(Time(managed, input));
        }

        double[] ratios = [.. ours.Zip(theirs, (a, b) => a / b)];
        return new PairedResult(batch, threads, Statistics.Median(ours), Statistics.Median(theirs), Statistics.Median(ratios),
            ratios.Min(), ratios.Max(), error, 0, 0);
    }

    private static double Time(ISession session, Dictionary<string, Tensor> input)
    {
        // ONNX Runtime's idle threads spin for a while after a run and would take a core from whoever comes next.
        Thread.Sleep(s_settle);
        long start = Stopwatch.GetTimestamp();
        session.Run(input);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double RelativeError(Tensor actual, Tensor expected)
    {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected.Floats[i]));
            difference = Math.Max(difference, Math.Abs(expected.Floats[i] - actual.Floats[i]));
        }

        return difference / Math.Max(largest, 1e-30);
    }

    private Dictionary<string, Tensor> Input(int batch)
    {
        ValueInfo input = _graph.Inputs[0];
        int[] shape = [batch, .. input.Dimensions!.Skip(1)];
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        var random = new Random(7);
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() * 2 - 1;
        return new Dictionary<string, Tensor> { [input.Name] = Tensor.Of(values, shape) };
    }
}

using System.Diagnostics;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>Two contenders with the same network that are timed in turn: A B, B A, A B ...</summary>
internal sealed record Pair(IContender Managed, IContender Peer)
{
    private const int FewestWarmupRuns = 2;
    private const int FewestPairs = 2;

    /// <summary>The part of a line's time in which both run untimed, until the just-in-time compiler has settled.</summary>
    private const double WarmupShare = 0.15;

    private const double MostWarmupSeconds = 1;

    /// <summary>A single run of a few milliseconds, after a pause, would time the machine's waking up.</summary>
    private const double TurnMilliseconds = 50;

    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(100);

    /// <summary>Times both at a batch size.</summary>
    /// <param name="batch">Images in a run.</param>
    /// <param name="runs">Pairs, at most.</param>
    /// <param name="seconds">Time for it all, at most; some pairs are made anyhow.</param>
    public PairedTimes Measure(int batch, int runs, double seconds)
    {
        var total = Stopwatch.StartNew();
        var error = RelativeError(Managed.Output(batch), Peer.Output(batch));
        var warmup = Math.Min(MostWarmupSeconds, seconds * WarmupShare);
        WarmUp(Managed, batch, warmup);
        WarmUp(Peer, batch, warmup);
        List<double> ours = [];
        List<double> theirs = [];
        for (var run = 0; run < runs && (run < FewestPairs || total.Elapsed.TotalSeconds < seconds); run++)
        {
            // Who goes first changes from pair to pair, so that neither always finds the caches as the other left them.
            if (run % 2 == 0)
                ours.Add(Time(Managed, batch));

            theirs.Add(Time(Peer, batch));
            if (run % 2 == 1)
                ours.Add(Time(Managed, batch));
        }

        double[] ratios = [.. ours.Zip(theirs, (a, b) => a / b)];
        return new PairedTimes(ratios.Length,
            Statistics.Median(ours), Statistics.Median(theirs), Statistics.Median(ratios), ratios.Min(), ratios.Max(), error);
    }

    /// <summary>Output has run it once.</summary>
    private static void WarmUp(IContender contender, int batch, double seconds)
    {
        var total = Stopwatch.StartNew();
        for (var run = 1; run < FewestWarmupRuns || total.Elapsed.TotalSeconds < seconds; run++)
            contender.Run(batch);
    }

    /// <summary>One turn: the median of as many runs as fit into <see cref="TurnMilliseconds"/>, one at least.</summary>
    private static double Time(IContender contender, int batch)
    {
        // ONNX Runtime's idle threads spin for up to 50 ms after a run and would take a core from whoever comes next.
        Thread.Sleep(s_settle);
        List<double> times = [];
        do
        {
            times.Add(contender.Run(batch));
        }
        while (times.Sum() < TurnMilliseconds);
        return Statistics.Median(times);
    }

    private static double RelativeError(float[] actual, float[] expected)
    {
        double largest = 0;
        double difference = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - actual[i]));
        }

        return difference / Math.Max(largest, 1e-30);
    }
}

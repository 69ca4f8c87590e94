using System.Globalization;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>One network at one batch size and thread count on both runtimes: a line of the table.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="Batch">Images in a run.</param>
/// <param name="Threads">Threads of either runtime.</param>
/// <param name="Times">Times and error; null where only loading was measured.</param>
/// <param name="ManagedPlanMs">From opening the file to the first answer (batch 1) in a fresh process, for the managed
/// engine.</param>
/// <param name="PeerPlanMs">The same for the peer.</param>
/// <param name="ManagedPeakMb">Peak resident memory of a process with the managed engine that ran this batch size.</param>
/// <param name="PeerPeakMb">The same for the peer.</param>
internal sealed record InferenceResult(string Network, int Batch, int Threads, PairedTimes? Times,
    double ManagedPlanMs, double PeerPlanMs, double ManagedPeakMb, double PeerPeakMb)
{
    public const string Header =
        "network          batch threads  managed ms   peer ms   ratio     min..max    error  plan ms  peer plan ms  "
        + "managed MB  peer MB  MB ratio";

    /// <summary>Managed over peer.</summary>
    public double PeakRatio => ManagedPeakMb / PeerPeakMb;

    /// <summary>The line of the table.</summary>
    public string ToLine()
    {
        var times = Times is { } t
            ? string.Create(CultureInfo.InvariantCulture,
                $"{t.ManagedMs,11:0.00} {t.PeerMs,9:0.00} {t.Ratio,7:0.000}  "
                + $"{t.LowestRatio,5:0.00}..{t.HighestRatio,-5:0.00} {t.RelativeError,8:0.0e0}")
            : new string(' ', 51);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Network,-16} {Batch,5} {Threads,7} {times} {ManagedPlanMs,8:0} {PeerPlanMs,13:0} {ManagedPeakMb,11:0} "
            + $"{PeerPeakMb,8:0} {PeakRatio,9:0.00}");
    }
}

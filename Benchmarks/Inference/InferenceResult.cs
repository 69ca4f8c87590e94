using System.Globalization;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>One network at one batch size and thread count on both runtimes: a line of the table.</summary>
/// <param name="Network">The network.</param>
/// <param name="Batch">Images in a run.</param>
/// <param name="Threads">Threads of either runtime.</param>
/// <param name="Times">Times and error.</param>
/// <param name="ManagedPlanMs">From opening the file to the first answer (batch 1) in a fresh process, for the managed
/// engine.</param>
/// <param name="PeerPlanMs">The same for the peer.</param>
/// <param name="ManagedPeakMb">Peak resident memory of a process with the managed engine that ran this batch size.</param>
/// <param name="PeerPeakMb">The same for the peer.</param>
internal sealed record InferenceResult(string Network, int Batch, int Threads, PairedTimes Times,
    double ManagedPlanMs, double PeerPlanMs, double ManagedPeakMb, double PeerPeakMb)
{
    public const string Header =
        "network         threads batch  ratio    min..max  pairs  managed ms    peer ms  managed MB   peer MB  plan ms  "
        + "peer plan ms    error";

    /// <summary>The line of the table.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"{Network,-15} {Threads,7} {Batch,5} {Times.Ratio,6:0.000}  {Times.LowestRatio,5:0.00}..{Times.HighestRatio,-5:0.00} "
        + $"{Times.Pairs,4} {Times.ManagedMs,11:0.00} {Times.PeerMs,10:0.00} {ManagedPeakMb,11:0} {PeerPeakMb,9:0} "
        + $"{ManagedPlanMs,8:0} {PeerPlanMs,13:0} {Times.RelativeError,8:0.0e0}");
}

namespace MlPipeline.Benchmarks.Inference;

/// <summary>One network at one batch size and thread count, on both runtimes.</summary>
/// <param name="Batch">Images in a run.</param>
/// <param name="Threads">Threads of either runtime.</param>
/// <param name="ManagedMs">Median time of the managed engine.</param>
/// <param name="PeerMs">Median time of the peer.</param>
/// <param name="Ratio">Median of the paired ratios managed / peer.</param>
/// <param name="LowestRatio">The smallest paired ratio.</param>
/// <param name="HighestRatio">The largest paired ratio.</param>
/// <param name="RelativeError">Largest difference of the outputs over the peer's largest output.</param>
/// <param name="PlanMs">Time to make the managed session and run it once.</param>
/// <param name="PeerLoadMs">The same for the peer.</param>
internal sealed record PairedResult(int Batch, int Threads, double ManagedMs, double PeerMs, double Ratio, double LowestRatio,
    double HighestRatio, double RelativeError, double PlanMs, double PeerLoadMs);

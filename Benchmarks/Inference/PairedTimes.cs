namespace MlPipeline.Benchmarks.Inference;

/// <summary>What timing a <see cref="Pair"/> gave.</summary>
/// <param name="Pairs">How often both were timed.</param>
/// <param name="ManagedMs">Median time of the managed engine.</param>
/// <param name="PeerMs">Median time of the peer.</param>
/// <param name="Ratio">Median of the paired ratios managed / peer.</param>
/// <param name="LowestRatio">The smallest paired ratio.</param>
/// <param name="HighestRatio">The largest paired ratio.</param>
/// <param name="RelativeError">Largest difference of the outputs over the peer's largest output.</param>
internal sealed record PairedTimes(int Pairs,
    double ManagedMs, double PeerMs, double Ratio, double LowestRatio, double HighestRatio, double RelativeError);

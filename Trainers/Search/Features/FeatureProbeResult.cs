namespace MlPipeline.Trainers.Search;

/// <summary>Which features a probe took.</summary>
/// <param name="Candidates">The candidates, in the order given.</param>
/// <param name="Chosen">The one that was taken.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FeatureProbeResult(IReadOnlyList<FeatureCandidate> Candidates, string Chosen, string Reason);

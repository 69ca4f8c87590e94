namespace MlPipeline.Trainers.Search;

/// <summary>Says why a search has no best trial.</summary>
internal static class NoBestTrial
{
    public static string Why(IReadOnlyList<TrialRecord> trials) => trials.Count == 0 ? "there was no time for a trial"
        : trials.LastOrDefault(t => t.Error != null)?.Error is { } error ? $"none of {trials.Count} trials succeeded: {error}"
        : trials.Any(t => t.State == TrialState.Complete) ? $"none of {trials.Count} trials gave a value that is a number"
        : $"none of {trials.Count} trials came to its end";
}

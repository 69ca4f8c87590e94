namespace MlPipeline.Trainers.Search;

/// <summary>A study file cannot be used as asked; the message names the file and what would be right.</summary>
public sealed class StudyException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StudyException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}

/// <summary>Thrown by <see cref="Trial.ThrowIfPruned"/> to leave an objective; the study records the trial as pruned.</summary>
public sealed class TrialPrunedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TrialPrunedException() : base("The trial was ended early.")
    {
    }
}

/// <summary>Says why a search has no best trial.</summary>
internal static class NoBestTrial
{
    public static string Why(IReadOnlyList<TrialRecord> trials) => trials.Count == 0 ? "there was no time for a trial"
        : trials.LastOrDefault(t => t.Error != null)?.Error is { } error ? $"none of {trials.Count} trials succeeded: {error}"
        : trials.Any(t => t.State == TrialState.Complete) ? $"none of {trials.Count} trials gave a value that is a number"
        : $"none of {trials.Count} trials came to its end";
}

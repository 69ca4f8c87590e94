namespace MlPipeline.Trainers.Search;

/// <summary>Thrown by <see cref="Trial.ThrowIfPruned"/> to leave an objective; the study records the trial as pruned.</summary>
public sealed class TrialPrunedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public TrialPrunedException() : base("The trial was ended early.")
    {
    }
}

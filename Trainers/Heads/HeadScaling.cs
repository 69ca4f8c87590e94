namespace MlPipeline.Trainers;

/// <summary>How features are scaled before a head is trained. All centre; all are folded into the head's weights
/// afterwards.</summary>
public enum HeadScaling
{
    /// <summary>Each feature is divided by the root of its standard deviation: halfway between the others; the default.</summary>
    Pareto,

    /// <summary>Each feature is divided by its standard deviation.</summary>
    Standardize,

    /// <summary>All features are divided by one number, which keeps their proportions.</summary>
    Uniform,
}

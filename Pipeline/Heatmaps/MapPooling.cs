namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>How a feature map became the features that a linear head reads.</summary>
public enum MapPooling
{
    /// <summary>Neither of the others, or no map: nothing can be shown exactly.</summary>
    None,

    /// <summary>The mean over its places.</summary>
    Mean,

    /// <summary>The products of its channels, summed over its places, as signed square roots of unit length.</summary>
    Covariance,
}

using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>What happens with a picture that is missing or cannot be decoded.</summary>
public enum BadImagePolicy
{
    /// <summary>The pass stops with an error that names the file, the row and the reason.</summary>
    Throw,

    /// <summary>The row is left out, and listed as a <see cref="SkippedImage"/>.</summary>
    Skip,
}

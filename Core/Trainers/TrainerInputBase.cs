namespace MlPipeline.Core;

/// <summary>The column that every trainer reads.</summary>
public abstract class TrainerInputBase
{
    private protected TrainerInputBase()
    {
    }

    /// <summary>The features: a vector of floats of known size.</summary>
    public string FeatureColumnName = "Features";
}

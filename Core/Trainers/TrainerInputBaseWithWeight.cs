namespace MlPipeline.Core;

/// <summary>The columns of a trainer with labels and weights.</summary>
public abstract class TrainerInputBaseWithWeight : TrainerInputBaseWithLabel
{
    private protected TrainerInputBaseWithWeight()
    {
    }

    /// <summary>The weight of each row; null for 1 each.</summary>
    public string? ExampleWeightColumnName;
}

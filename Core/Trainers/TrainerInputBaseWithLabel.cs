namespace MlPipeline.Core;

/// <summary>The columns of a trainer with labels.</summary>
public abstract class TrainerInputBaseWithLabel : TrainerInputBase
{
    private protected TrainerInputBaseWithLabel()
    {
    }

    /// <summary>The label.</summary>
    public string LabelColumnName = "Label";
}

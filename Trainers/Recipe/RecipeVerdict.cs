namespace MlPipeline.Trainers.Recipe;

/// <summary>What a step of the recipe, or a reading of learning curves, found.</summary>
public enum RecipeVerdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>The loss before training is far from that of a guess, log(C), or does not rise with regularisation.</summary>
    InitialLossOff,

    /// <summary>Nothing is learned at any rate: the weights start all alike, or the features are constant.</summary>
    NotStarted,

    /// <summary>A handful of samples cannot be fitted.</summary>
    CannotFitHandful,

    /// <summary>The loss rises, jumps or is not a number.</summary>
    RateTooHigh,

    /// <summary>The loss falls steadily but far too slowly.</summary>
    RateTooLow,

    /// <summary>The training loss has stopped falling, at a constant rate and above what can be reached.</summary>
    Plateau,

    /// <summary>The validation loss was still falling when training ended.</summary>
    StillRising,

    /// <summary>The rate was lowered while the loss was still falling well.</summary>
    DecayedTooEarly,

    /// <summary>Training samples are fitted much better than held-out ones.</summary>
    Overfitting,

    /// <summary>Training and held-out samples are both fitted badly.</summary>
    Underfitting,

    /// <summary>Training works, and held-out accuracy is that of chance.</summary>
    ShuffledLabels,

    /// <summary>There are too few samples for the curves to say anything.</summary>
    TinyData,
}

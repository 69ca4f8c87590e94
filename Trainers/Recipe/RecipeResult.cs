using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Recipe;

/// <summary>What the recipe saw and where it arrived.</summary>
public sealed record RecipeResult
{
    /// <summary>The seven steps.</summary>
    public required IReadOnlyList<RecipeStep> Steps { get; init; }

    /// <summary>The first thing to mend; <see cref="RecipeVerdict.Good"/> if there is none.</summary>
    public required RecipeVerdict Diagnosis { get; init; }

    /// <summary>The best setting.</summary>
    public required RecipeSetting Setting { get; init; }

    /// <summary>Its accuracy on the held-out part, which also chose it and so flatters it a little.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>The 95 % interval of that accuracy.</summary>
    public required AccuracyInterval ValidationInterval { get; init; }

    /// <summary>Its learning curves.</summary>
    public required LearningCurves Curves { get; init; }

    /// <summary>Which way to transfer.</summary>
    public required TransferAdvice Transfer { get; init; }
}

/// <summary>What one step of the recipe saw.</summary>
/// <param name="Number">1 to 7.</param>
/// <param name="Name">The step, in a few words.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="Numbers">The measurements behind the verdict, by name.</param>
/// <param name="Advice">One sentence: what it means and what to do.</param>
public sealed record RecipeStep(int Number, string Name, RecipeVerdict Verdict, IReadOnlyDictionary<string, double> Numbers,
    string Advice);

/// <summary>How a head, or layers of a network with it, is trained once.</summary>
/// <param name="LearningRate">The rate at the start.</param>
/// <param name="WeightDecay">Weight of half the sum of squared weights (not biases) against the mean loss.</param>
/// <param name="Epochs">Passes over the training samples.</param>
/// <param name="DecayAt">The share of the epochs after which the rate becomes a tenth; null for a constant rate.</param>
public sealed record RecipeSetting(double LearningRate, double WeightDecay, int Epochs, double? DecayAt = null)
{
    /// <summary>The learning rate of an epoch, counted from 0.</summary>
    public double RateAt(int epoch) => DecayAt is { } share && epoch >= share * Epochs ? LearningRate / 10 : LearningRate;
}

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

    /// <summary>Pictures that are prepared in another way serve the network much better.</summary>
    WrongPreprocessing,
}

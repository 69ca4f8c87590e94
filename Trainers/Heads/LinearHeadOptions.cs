using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers;


namespace MlPipeline;

/// <summary>How a linear head is trained. Immutable; every value is checked when set.</summary>
public sealed record LinearHeadOptions
{
    /// <summary>The label: a key whose key values are the class names. Default "Label".</summary>
    public string LabelColumnName { get; init => field = HeadColumns.Named(value); } = "Label";

    /// <summary>The features: a vector of floats of known size. Default "Features".</summary>
    public string FeatureColumnName { get; init => field = HeadColumns.Named(value); } = "Features";

    /// <summary>The weight of each row; null (default) for 1 each.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>Whole numbers or keys: rows with equal ones (augmentations of one picture) are not parted where rows are held out
    /// to choose L2 or to calibrate; null (default) when each row stands alone.</summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>The solver. Default: L-BFGS.</summary>
    public HeadSolver Solver { get; init; }

    /// <summary>The scaling of features. Default: Pareto.</summary>
    public HeadScaling Scaling { get; init; }

    /// <summary>
    /// Weight of half the sum of squared weights (of scaled features) against the sum of losses. Null (default): chosen by
    /// cross-validated log-loss on the training rows, or 1 where classes are too small for that.
    /// </summary>
    public double? L2Regularization { get; init => field = value is { } given ? OptionCheck.NonNegative(given) : null; }

    /// <summary>Weight of the sum of absolute weights against the sum of losses; not for the SVM. Default 0.</summary>
    public double L1Regularization { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Whether classes count alike however many rows they have. Default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Factors on the weights of classes by name, 1 where not named. Default: none.</summary>
    public IReadOnlyDictionary<string, float>? ClassWeights { get; init; }

    /// <summary>Whether a factor on the scores is fitted to held-out rows, so that probabilities mean what they say. The SVM
    /// always does. Default false: maximum entropy with a fitting L2 hardly needs it.</summary>
    public bool Calibrate { get; init; }

    /// <summary>The share of right answers, above 0 and at most 1, for which the lowest confidence that is answered is chosen on
    /// held-out rows (<see cref="LinearHeadTransformer.Abstention"/>). Null (default): all rows are answered.</summary>
    public double? TargetPrecision
    {
        get;
        init => field = value is null or (> 0 and <= 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TargetPrecision), value,
                "TargetPrecision must be above 0 and at most 1.");
    }

    /// <summary>Relative tolerance at which the solver stops; null (default): its own.</summary>
    public double? Tolerance { get; init => field = value is { } given ? OptionCheck.Positive(given) : null; }

    /// <summary>Most iterations (L-BFGS) or passes (the others); null (default): no limit for L-BFGS, 1000 for the SVM, 100 for
    /// gradient descent.</summary>
    public int? MaximumIterations { get; init => field = value is { } given ? OptionCheck.AtLeast(1, given) : null; }

    /// <summary>SGD: the first learning rate; it falls to zero along half a cosine. Default 0.01.</summary>
    public double LearningRate { get; init => field = OptionCheck.Positive(value); } = 0.01;

    /// <summary>SGD: the part of a step that is carried on. Default 0.9.</summary>
    public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

    /// <summary>SGD: rows per step. Default 16.</summary>
    public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 16;

    /// <summary>Seed of whatever is shuffled. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

    /// <summary>Told the solver's objective while the final model is trained.</summary>
    public Action<SolverProgress>? Progress { get; init; }

    /// <summary>Stops training.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>How a linear head is trained.</summary>
public enum HeadSolver
{
    /// <summary>Maximum entropy by L-BFGS (OWL-QN with L1): exact, fast; the default.</summary>
    Lbfgs,

    /// <summary>Maximum entropy by mini-batch gradient descent with momentum.</summary>
    Sgd,

    /// <summary>
    /// Linear support vector machines, one class against all others. Scores are the softmax of the margins times a factor that is
    /// fitted to margins of held-out rows, and is part of the weights.
    /// </summary>
    Svm,
}

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

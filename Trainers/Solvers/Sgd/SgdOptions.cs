namespace MlPipeline.Trainers.Solvers.Sgd;

/// <summary>How <see cref="SgdSolver"/> descends. Immutable; every value is checked when set.</summary>
internal sealed record SgdOptions
{
    /// <summary>Passes over the data. Default 100.</summary>
    public int Epochs { get; init => field = OptionCheck.AtLeast(1, value); } = 100;

    /// <summary>Examples per step. Default 10.</summary>
    public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 10;

    /// <summary>The learning rate after so many epochs (a fraction within an epoch). Default: always 0.01.</summary>
    public Func<double, double> LearningRate { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } =
        static _ => 0.01;

    /// <summary>The part of the last step that is carried on, 0 (plain descent) to below 1. Default 0.9.</summary>
    public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

    /// <summary>Whether the gradient is taken ahead, where the momentum leads (Nesterov). Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight of half the sum of squared weights (not biases) against the mean loss: weight decay. Default 0.</summary>
    public double L2Regularization { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Weight of the sum of absolute weights (not biases) against the mean loss. Default 0.</summary>
    public double L1Regularization { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Seed of the order of examples, another in each epoch. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }
}

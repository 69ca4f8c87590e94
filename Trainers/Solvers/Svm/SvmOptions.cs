namespace MlPipeline.Trainers.Solvers.Svm;

/// <summary>What <see cref="SvmSolver"/> minimises, and how far. Immutable; every value is checked when set.</summary>
internal sealed record SvmOptions
{
    /// <summary>Weight of the sum of losses against half the squared norm of the weights. Default 1.</summary>
    public double C { get; init => field = OptionCheck.Positive(value); } = 1;

    /// <summary>Stops a class when the projected gradients of its dual lie within this range. Default 0.1.</summary>
    public double Tolerance { get; init => field = OptionCheck.Positive(value); } = 0.1;

    /// <summary>Most passes over the data for a class. Default 1000.</summary>
    public int MaximumIterations { get; init => field = OptionCheck.AtLeast(1, value); } = 1000;

    /// <summary>Seed of the order of visits. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }
}

namespace MlPipeline.Trainers.Solvers.Lbfgs;

/// <summary>What <see cref="LbfgsSolver"/> minimises, and how far. Immutable; every value is checked when set.</summary>
internal sealed record LbfgsOptions
{
    /// <summary>Weight of the sum of absolute weights in the objective. Default 0.</summary>
    public double L1Regularization { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Weight of half the sum of squared weights in the objective. Default 1.</summary>
    public double L2Regularization { get; init => field = OptionCheck.NonNegative(value); } = 1;

    /// <summary>Stops when the running mean of relative improvements falls below this. Default 1e-7.</summary>
    public double Tolerance { get; init => field = OptionCheck.NonNegative(value); } = 1e-7;

    /// <summary>Past steps that approximate the curvature. Default 20.</summary>
    public int HistorySize { get; init => field = OptionCheck.AtLeast(1, value); } = 20;

    /// <summary>Most iterations. Default: no limit.</summary>
    public int MaximumIterations { get; init => field = OptionCheck.AtLeast(1, value); } = int.MaxValue;

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }
}

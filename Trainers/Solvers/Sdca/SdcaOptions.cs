namespace MlPipeline.Optimizers;

/// <summary>What <see cref="SdcaSolver"/> minimises, and how far. Immutable; every value is checked when set.</summary>
public sealed record SdcaOptions
{
    /// <summary>Weight of half the sum of squared weights, against the mean loss. Null (default):
    /// <see cref="AutomaticL2"/>.</summary>
    public double? L2Regularization { get; init => field = value is null ? null : OptionCheck.Positive(value.Value); }

    /// <summary>Weight of the sum of absolute weights, against the mean loss. Default 0.</summary>
    public double L1Regularization { get; init => field = OptionCheck.NonNegative(value); }

    /// <summary>Stops when the duality gap is below this part of the primal objective. Default 0.1.</summary>
    public double ConvergenceTolerance { get; init => field = OptionCheck.Positive(value); } = 0.1;

    /// <summary>Most passes over the data. Null (default): 500.</summary>
    public int? MaximumIterations { get; init => field = value is null ? null : OptionCheck.AtLeast(1, value.Value); }

    /// <summary>Passes between computations of the duality gap. Null (default): rarer and rarer, at first after each.</summary>
    public int? CheckFrequency { get; init => field = value is null ? null : OptionCheck.AtLeast(1, value.Value); }

    /// <summary>Whether L-BFGS finishes what dual ascent would take long for (with little L2; not with L1). Default
    /// true.</summary>
    public bool Polish { get; init; } = true;

    /// <summary>Whether examples are visited in another order in each pass. Default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Seed of the order of visits. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

    /// <summary>The L2 regularisation for a number of examples: less of it the more there are.</summary>
    public static double AutomaticL2(long examples) => examples < 200 ? 1e-2 : examples < 1000 ? 1e-3 : 1e-4;
}

using MlPipeline.Trainers.Solvers;


namespace MlPipeline.Trainers.Recipe;

/// <summary>How <see cref="TrainingRecipe"/> works. Immutable; every value is checked when set.</summary>
public sealed record RecipeOptions
{
    /// <summary>Seed of the split, the order of samples and the first weights. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The share of each class that is held out. Default 0.2.</summary>
    public double ValidationFraction
    {
        get;
        init => field = value is > 0 and < 1
            ? value : throw new ArgumentOutOfRangeException(nameof(ValidationFraction), value,
            "ValidationFraction must lie between 0 and 1.");
    } = 0.2;

    /// <summary>Samples per step. Default 32.</summary>
    public int BatchSize { get; init => field = OptionCheck.AtLeast(1, value); } = 32;

    /// <summary>The part of the last step that is carried on. Default 0.9.</summary>
    public double Momentum { get; init => field = OptionCheck.Fraction(value); } = 0.9;

    /// <summary>The learning rates tried; a single one is taken as given and not refined. Default 1e-1, 1e-2, 1e-3,
    /// 1e-4.</summary>
    public IReadOnlyList<double> LearningRates
    {
        get; init =>
        field = Rates(value, false, nameof(LearningRates));
    } = [1e-1, 1e-2, 1e-3, 1e-4];

    /// <summary>The weight decays of the coarse grid. Default 1e-4, 1e-5, 0.</summary>
    public IReadOnlyList<double> WeightDecays
    {
        get; init =>
        field = Rates(value, true, nameof(WeightDecays));
    } = [1e-4, 1e-5, 0];

    /// <summary>Epochs of the coarse grid, 1 to 5 in the recipe. Default 5.</summary>
    public int CoarseEpochs { get; init => field = OptionCheck.AtLeast(1, value); } = 5;

    /// <summary>Most epochs of any training. Default 80.</summary>
    public int MaximumEpochs { get; init => field = OptionCheck.AtLeast(1, value); } = 80;

    /// <summary>Units of a hidden layer with ReLU; 0 (default) for a linear head.</summary>
    public int HiddenUnits { get; init => field = OptionCheck.AtLeast(0, value); }

    /// <summary>Standard deviation of the first weights; null (default) for one that suits the number of inputs.</summary>
    /// <remarks>By default sqrt(2/inputs) before a ReLU (He et al., 2015) and 0.1/sqrt(inputs) for the layer that gives the
    /// scores.</remarks>
    public double? InitialDeviation { get; init => field = value is { } given ? OptionCheck.NonNegative(given) : null; }

    /// <summary>Most threads; 0 (default) for all cores. Has no influence on the result.</summary>
    public int Threads { get; init => field = OptionCheck.AtLeast(0, value); }

    /// <summary>Told what begins: the step's number (8 for the way to transfer) and its name; where layers of a network are
    /// trained, each training of a step too.</summary>
    public Action<int, string>? Progress { get; init; }

    /// <summary>What suits layers of a network, of which every step costs a thousand times that of a head: fewer settings and
    /// epochs, and rates around the one to train with.</summary>
    /// <param name="training">How the layers are to be trained.</param>
    public static RecipeOptions For(FineTuningOptions training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var rate = training.LearningRate;
        return new RecipeOptions
        {
            BatchSize = Math.Min(16, training.BatchSize),
            LearningRates = [rate, rate * 5, rate / 5],
            WeightDecays = [training.WeightDecay],
            Momentum = training.Momentum,
            CoarseEpochs = 2,
            MaximumEpochs = 12,
        };
    }

    private static double[] Rates(IReadOnlyList<double> values, bool zero, string option)
    {
        ArgumentNullException.ThrowIfNull(values, option);
        if (values.Count == 0)
            throw new ArgumentException($"{option} must have at least one value.", option);
        foreach (var value in values)
        {
            if (zero)
                OptionCheck.NonNegative(value, option);
            else
                OptionCheck.Positive(value, option);
        }

        return [.. values.Distinct().OrderDescending()];
    }
}

namespace MlPipeline.Trainers.Search;

/// <summary>The options of linear heads as a search space, and its points as options.</summary>
public static class HeadSpace
{
    /// <summary>The name of the L2 regularisation.</summary>
    internal const string L2 = "l2";

    // With L1 a head is solved over all features; without, over as many as there are rows.
    private const int MostForSparse = 4096;

    /// <summary>The space for data of so many features: with L1 only where that takes no longer than the rest.</summary>
    /// <param name="featureCount">The most features that a point of the search may have.</param>
    public static SearchSpace For(int featureCount) => Create(sparse: featureCount <= MostForSparse);

    /// <summary>
    /// The solver, L2, scaling and balancing of classes; L1 where it is wanted (maximum entropy); learning rate, momentum, batch
    /// size and epochs (gradient descent).
    /// </summary>
    /// <param name="sparse">Whether L1 is searched too: slow with many thousands of features, where L2 is solved in the space of
    /// the rows.</param>
    public static SearchSpace Create(bool sparse = true)
    {
        var space = Dense();
        if (sparse)
        {
            space.Add("sparse", new ChoiceOption(false, true));
            space.Add("l1", new UniformDoubleOption(0.01, 10, logBase: true));
            space.When("sparse", "solver", "lbfgs").When("l1", "sparse", true);
        }

        return space;
    }

    private static SearchSpace Dense() => new SearchSpace
    {
        { "solver", new ChoiceOption("lbfgs", "svm", "sgd") },
        { L2, new UniformDoubleOption(0.1, 3000, logBase: true, defaultValue: 10) },
        { "scaling", new ChoiceOption("pareto", "standardize", "uniform") },
        { "balance", new ChoiceOption(false, true) },
        { "learningRate", new UniformDoubleOption(1e-4, 1e-1, logBase: true, defaultValue: 1e-2) },
        { "momentum", new UniformDoubleOption(0.5, 0.99, defaultValue: 0.9) },
        { "batchSize", new ChoiceOption([8, 16, 32, 64], 16) },
        { "epochs", new UniformIntOption(10, 200, logBase: true, defaultValue: 100) },
    }
    .When("learningRate", "solver", "sgd").When("momentum", "solver", "sgd").When("batchSize", "solver", "sgd")
    .When("epochs", "solver", "sgd");

    /// <summary>Options with what a point says; what it does not name stays as it is.</summary>
    /// <param name="parameters">A point of <see cref="Create"/> or of any space with some of its names.</param>
    /// <param name="options">What the point changes; null for the defaults.</param>
    /// <exception cref="ArgumentException">The point has a name that is no option.</exception>
    public static LinearHeadOptions OptionsOf(Parameter parameters, LinearHeadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        options ??= new LinearHeadOptions();
        foreach ((var name, var value) in parameters)
        {
            options = name switch
            {
                "solver" => options with { Solver = SolverOf(value.AsType<string>()) },
                "scaling" => options with { Scaling = Enum.Parse<HeadScaling>(value.AsType<string>(), ignoreCase: true) },
                L2 => options with { L2Regularization = value.AsType<double>() },
                "l1" => options with { L1Regularization = value.AsType<double>() },
                "balance" => options with { BalanceClasses = value.AsType<bool>() },
                "learningRate" => options with { LearningRate = value.AsType<double>() },
                "momentum" => options with { Momentum = value.AsType<double>() },
                "batchSize" => options with { BatchSize = value.AsType<int>() },
                "epochs" => options with { MaximumIterations = value.AsType<int>() },
                "sparse" => options,
                _ => throw new ArgumentException($"A linear head has no option '{name}'.", nameof(parameters)),
            };
        }

        return options;
    }

    private static HeadSolver SolverOf(string name) => Enum.TryParse<HeadSolver>(name, ignoreCase: true, out var solver)
        ? solver
        : throw new ArgumentException(string.Equals(name, "sdca", StringComparison.OrdinalIgnoreCase)
            ? "The solver 'sdca' is no longer there: 'lbfgs' minimises the same objective. Dual coordinate ascent is ML.NET's "
                + "SdcaMaximumEntropy, an estimator of its own."
            : $"A linear head has no solver '{name}'; the solvers are {string.Join(", ", Enum.GetNames<HeadSolver>())}.");
}

namespace MlPipeline.Trainers.Recipe;

/// <summary>What the steps know and hand on.</summary>
internal sealed class RecipeState
{
    private readonly CancellationToken _cancellation;

    public RecipeState(RecipeData data, RecipeOptions options, CancellationToken cancellation)
    {
        Data = data;
        Options = options;
        _cancellation = cancellation;
        var split = data.HoldOut(options.ValidationFraction, options.Seed);
        if (split.Train.Count == 0 || split.Test.Count == 0)
            throw new ArgumentException($"{data.Count} samples cannot be split into some to train on and some to test on.", nameof(data));

        (Train, Held, ConstantFeatures) = RecipeRows.Split(data, split.Train, split.Test);
        Rates = options.LearningRates;
    }

    public RecipeData Data { get; }

    public RecipeOptions Options { get; }

    public RecipeRows Train { get; }

    public RecipeRows Held { get; }

    /// <summary>Features that are the same in all training rows.</summary>
    public int ConstantFeatures { get; }

    /// <summary>Whether the gradient of the first weights is zero: no rate can then move them.</summary>
    public bool NoGradient { get; set; }

    public bool? FitsHandful { get; set; }

    /// <summary>The rates for the coarse grid.</summary>
    public IReadOnlyList<double> Rates { get; set; }

    /// <summary>The rate that made the loss fall furthest in 100 steps.</summary>
    public double FirstRate { get; set; }

    /// <summary>Whether the rate may be refined.</summary>
    public bool RateIsFree { get; set; } = true;

    public Trial? Best { get; set; }

    /// <summary>Trains with each setting, side by side; the results do not depend on it.</summary>
    public Trial[] Run(IReadOnlyList<RecipeSetting> settings)
    {
        var trials = new Trial[settings.Count];
        Each(settings.Count, i => trials[i] = new Trial(settings[i], HeadRun.Train(Train, Held, settings[i], Options, _cancellation, FitsHandful)));
        return trials;
    }

    public void Each(int count, Action<int> action)
    {
        var threads = Options.Threads == 0 ? Environment.ProcessorCount : Options.Threads;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = _cancellation }, action);
    }

    public LearningCurves TrainOn(RecipeRows train, RecipeRows held, RecipeSetting setting) =>
        HeadRun.Train(train, held, setting, Options, _cancellation, FitsHandful);
}

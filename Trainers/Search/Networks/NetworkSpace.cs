namespace MlPipeline.Trainers.Search;

/// <summary>The options of training a network's layers as a search space, and its points as options.</summary>
public static class NetworkSpace
{
    /// <summary>The name of the learning rate.</summary>
    public const string LearningRate = "learningRate";

    /// <summary>The name of the weight decay.</summary>
    public const string WeightDecay = "weightDecay";

    /// <summary>The name of what pretrained layers have of the learning rate.</summary>
    public const string PretrainedRate = "pretrainedRate";

    /// <summary>The name of what each stage has of the rate of the one after it.</summary>
    public const string StageRate = "stageRate";

    /// <summary>The name of the label smoothing.</summary>
    public const string LabelSmoothing = "labelSmoothing";

    /// <summary>The name of the mixing of pictures.</summary>
    public const string Mixup = "mixup";

    /// <summary>The name of how much pictures are changed at random: "none", "given" (as the options say) or "strong" (smaller
    /// parts, turned, in other colours, with holes).</summary>
    public const string Augmentation = "augmentation";

    private const double LeastShare = 0.05;
    private const double MostTimes = 10;

    private static readonly RandomAugmentation s_strong = new()
    {
        SmallestArea = 0.35,
        Rotation = 10,
        Brightness = 0.3,
        Contrast = 0.3,
        Saturation = 0.3,
        Erasing = 0.25,
    };

    /// <summary>The space around some options, which are its default point: rates from a twentieth to ten times the given one.
    /// What makes no difference is left out: the rate of stages where one is trained, a weight decay of 0, the augmentation of
    /// pictures that are not to be changed.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public static SearchSpace Create(FineTuningOptions? options = null)
    {
        options ??= new FineTuningOptions();
        var (rate, decay, pretrained) = (options.LearningRate, options.WeightDecay, options.PretrainedRate);
        SearchSpace space = new()
        {
            { LearningRate, new UniformDoubleOption(LeastShare * rate, MostTimes * rate, logBase: true, defaultValue: rate) },
        };
        if (decay > 0)
        {
            space.Add(WeightDecay, new UniformDoubleOption(Math.Min(1e-6, decay), Math.Max(1e-2, decay), logBase: true,
                defaultValue: decay));
        }

        space.Add(PretrainedRate, new UniformDoubleOption(pretrained / 10, Math.Max(1, pretrained), logBase: true,
            defaultValue: pretrained));
        if (options.Layers != FineTuningOptions.LastStage)
        {
            space.Add(StageRate, new UniformDoubleOption(Math.Min(0.3, options.StageRate), Math.Max(1, options.StageRate),
                logBase: true, defaultValue: options.StageRate));
        }

        space.Add(LabelSmoothing, new UniformDoubleOption(0, Math.Max(0.2, options.LabelSmoothing),
            defaultValue: options.LabelSmoothing));
        space.Add(Mixup, new ChoiceOption([.. new[] { options.Mixup, 0, 0.2 }.Distinct().Cast<object>()]));
        if (options.Augmentation != RandomAugmentation.None)
            space.Add(Augmentation, new ChoiceOption("given", "none", "strong"));
        return space;
    }

    /// <summary>Options with what a point says; what it does not name stays as it is.</summary>
    /// <param name="parameters">A point of <see cref="Create"/> or of any space with some of its names.</param>
    /// <param name="options">What the point changes; null for the defaults.</param>
    /// <exception cref="ArgumentException">The point has a name that is no option.</exception>
    public static FineTuningOptions OptionsOf(Parameter parameters, FineTuningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        options ??= new FineTuningOptions();
        foreach ((var name, var value) in parameters)
        {
            options = name switch
            {
                LearningRate => options with { LearningRate = value.AsType<double>() },
                WeightDecay => options with { WeightDecay = value.AsType<double>() },
                PretrainedRate => options with { PretrainedRate = value.AsType<double>() },
                StageRate => options with { StageRate = value.AsType<double>() },
                LabelSmoothing => options with { LabelSmoothing = value.AsType<double>() },
                Mixup => options with { Mixup = value.AsType<double>() },
                Augmentation => options with
                {
                    Augmentation = value.AsType<string>() switch
                    {
                        "given" => options.Augmentation,
                        "none" => RandomAugmentation.None,
                        "strong" => s_strong,
                        var other => throw new ArgumentException($"There is no augmentation '{other}'; there are given, none and "
                            + "strong.", nameof(parameters)),
                    },
                },
                _ => throw new ArgumentException($"The training of layers has no option '{name}' to search.", nameof(parameters)),
            };
        }

        return options;
    }

    /// <summary>The pruner of a name, for trials of so many epochs.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static IPruner Pruner(string name, int epochs) =>
        string.Equals(name, "hyperband", StringComparison.OrdinalIgnoreCase) ? new HyperbandPruner(epochs)
        : string.Equals(name, "halving", StringComparison.OrdinalIgnoreCase) ? new SuccessiveHalvingPruner(1, reduction: 3)
        : PrunerCatalog.ByName(name);
}

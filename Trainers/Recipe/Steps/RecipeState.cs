using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Recipe.Network;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Recipe.Steps;

/// <summary>What the steps know and hand on.</summary>
internal sealed class RecipeState
{
    private readonly CancellationToken _cancellation;

    public RecipeState(FeatureMatrix data, RecipeOptions options, CancellationToken cancellation)
    {
        Data = data;
        Options = options;
        _cancellation = cancellation;
        var split = StratifiedSplit.TrainTest(
            data.Labels.ToArray(), options.ValidationFraction, options.Seed, data.Groups.ToArray(), data.ClassNames);
        if (split.Train.Count == 0 || split.Test.Count == 0)
        {
            throw new ArgumentException($"{data.Count} samples cannot be split into some to train on and some to test on.",
                nameof(data));
        }

        (Train, Held, ConstantFeatures) = Standardised(data, split);
        Rates = options.LearningRates;
    }

    public FeatureMatrix Data { get; }

    public RecipeOptions Options { get; }

    public FeatureMatrix Train { get; }

    public FeatureMatrix Held { get; }

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
        return Each(settings.Count, i => new Trial(settings[i], TrainOn(Train, Held, settings[i])));
    }

    /// <summary>Does something as often as said, side by side; the results do not depend on it.</summary>
    public T[] Each<T>(int count, Func<int, T> work) => CrossValidation.Run(count, Options.Threads, work, _cancellation);

    /// <summary>The rows to train on and those held out, standardised by the former, and how many features are
    /// constant.</summary>
    public static (FeatureMatrix Train, FeatureMatrix Held, int Constant) Standardised(FeatureMatrix data, DataSplit split)
    {
        FeatureMatrix train = data.Subset(split.Train), held = data.Subset(split.Test);
        var scaling = FeatureScaling.Measure(train);
        scaling.ApplyInPlace(train);
        scaling.ApplyInPlace(held);
        return (train, held, scaling.Scale.Count(0f));
    }

    public LearningCurves TrainOn(FeatureMatrix train, FeatureMatrix held, RecipeSetting setting) =>
        HeadRun.Train(train, held, setting, Options, _cancellation, FitsHandful);
}

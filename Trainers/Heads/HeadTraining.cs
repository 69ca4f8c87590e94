using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>Trains linear heads on samples in memory: what <see cref="LinearHeadTrainer"/> does with the rows it read.</summary>
public static class HeadTraining
{
    /// <summary>Scales, weighs classes, chooses L2 if it is not given, solves, calibrates, chooses when to abstain, and folds the
    /// scaling into the model.</summary>
    /// <param name="samples">The training rows; left as they are.</param>
    /// <param name="options">How; null for the defaults. Column names are not used.</param>
    /// <param name="classNames">The names that <see cref="LinearHeadOptions.ClassWeights"/> speaks of.</param>
    /// <param name="start">Where to start; null for zero. The SVM always starts at zero.</param>
    public static HeadTrainingResult Train(TrainingSamples samples, LinearHeadOptions? options = null,
        IReadOnlyList<string>? classNames = null, LinearModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options ??= new LinearHeadOptions();
        FeatureScaling scaling = FeatureScaling.Measure(samples, PowerOf(options.Scaling));
        var result = TrainScaled(scaling.Apply(samples), options, classNames, start is null ? null : scaling.Unfold(start));
        return result with { Model = scaling.Fold(result.Model) };
    }

    /// <summary>The same with samples that may be overwritten.</summary>
    internal static HeadTrainingResult TrainInPlace(TrainingSamples samples, LinearHeadOptions options,
        IReadOnlyList<string> classNames, LinearModel? start)
    {
        FeatureScaling scaling = FeatureScaling.Measure(samples, PowerOf(options.Scaling));
        scaling.ApplyInPlace(samples);
        var result = TrainScaled(samples, options, classNames, start is null ? null : scaling.Unfold(start));
        return result with { Model = scaling.Fold(result.Model) };
    }

    internal static double PowerOf(HeadScaling scaling) => scaling switch
    {
        HeadScaling.Pareto => 0.5,
        HeadScaling.Standardize => 1,
        HeadScaling.Uniform => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "There is no such scaling."),
    };

    /// <summary>Trains on scaled rows; the model is for scaled rows too.</summary>
    internal static HeadTrainingResult TrainScaled(TrainingSamples samples, LinearHeadOptions options, IReadOnlyList<string>? classNames, LinearModel? start)
    {
        samples = Weighted(samples, options, classNames);

        // L1 depends on the axes; all else does not, and is found sooner with as many coordinates as there are rows.
        var space = options.L1Regularization == 0 && SampleSpace.Pays(samples) ? SampleSpace.Of(samples, options.Threads) : null;
        samples = space?.Rows ?? samples;
        start = start is null ? null : space?.Project(start) ?? start;
        var l2 = options.L2Regularization ?? RegularizationSearch.Choose(samples, options);
        var model = HeadSolve.Run(samples, options, l2, start);
        var calibrate = options.Calibrate || options.Solver == HeadSolver.Svm;
        var heldOut = calibrate || options.TargetPrecision is not null
            ? RegularizationSearch.HeldOut(samples, options, l2)
            : null;
        var factor = calibrate && heldOut is not null ? heldOut.Factor() : 1;
        if (factor != 1)
            model = TemperatureScaling.Apply(model, factor);

        var abstention = options.TargetPrecision is not { } target
            ? null
            : heldOut?.Abstention(target, factor) ?? throw new InvalidOperationException(
                "TargetPrecision needs at least two rows of each class: the threshold is chosen on rows that are held out in turn.");
        return new HeadTrainingResult(space?.Unfold(model) ?? model, l2, factor, abstention);
    }

    private static TrainingSamples Weighted(TrainingSamples samples, LinearHeadOptions options, IReadOnlyList<string>? classNames)
    {
        if (!options.BalanceClasses && options.ClassWeights is null)
            return samples;

        var weights = options.BalanceClasses ? samples.BalancedClassWeights() : [.. Enumerable.Repeat(1f, samples.ClassCount)];
        foreach ((var name, var factor) in options.ClassWeights ?? new Dictionary<string, float>())
        {
            var index = classNames?.ToList().IndexOf(name) ?? -1;
            if (index < 0)
            {
                throw new ArgumentException(
                    $"ClassWeights names '{name}', which is no class; the classes are {string.Join(", ", classNames ?? [])}.", nameof(options));
            }

            if (!(factor >= 0 && float.IsFinite(factor)))
                throw new ArgumentException($"The class weight of '{name}' is {factor}; it must be finite and at least 0.", nameof(options));

            weights[index] *= factor;
        }

        return samples.WithClassWeights(weights);
    }
}

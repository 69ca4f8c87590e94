using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Heads;

/// <summary>A trained head.</summary>
/// <param name="Model">Weights and biases for features as they come; the softmax of its scores are probabilities.</param>
/// <param name="L2Regularization">The L2 regularisation that was given or chosen.</param>
/// <param name="ScoreFactor">The factor that calibration put into the weights; 1 without calibration.</param>
/// <param name="Abstention">When not to answer, chosen on held-out rows for the target precision; null without one.</param>
public sealed record HeadTrainingResult(
    LinearModel Model, double L2Regularization, double ScoreFactor, AbstentionThreshold? Abstention = null);

/// <summary>Fits linear heads to rows in memory: what <see cref="LinearHeadTrainer"/> does with the rows it read.</summary>
public static class LinearHead
{
    /// <summary>Scales, weighs classes, chooses L2 if it is not given, solves, calibrates, chooses when to abstain, and folds the
    /// scaling into the model.</summary>
    /// <param name="matrix">The training rows; left as they are.</param>
    /// <param name="options">How; null for the defaults. Column names are not used.</param>
    /// <param name="start">Where to start; null for zero. The SVM always starts at zero.</param>
    public static HeadTrainingResult Fit(FeatureMatrix matrix, LinearHeadOptions? options = null, LinearModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return FitInPlace(matrix.Subset([.. Enumerable.Range(0, matrix.Count)]), options ?? new LinearHeadOptions(), start);
    }

    /// <summary>The same with rows that may be overwritten.</summary>
    internal static HeadTrainingResult FitInPlace(FeatureMatrix matrix, LinearHeadOptions options, LinearModel? start = null)
    {
        var scaling = FeatureScaling.Measure(matrix, PowerOf(options.Scaling));
        scaling.ApplyInPlace(matrix);
        var result = FitScaled(matrix, options, start is null ? null : scaling.Unfold(start));
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
    internal static HeadTrainingResult FitScaled(FeatureMatrix matrix, LinearHeadOptions options, LinearModel? start = null)
    {
        matrix = Weighted(matrix, options);

        // L1 depends on the axes; all else does not, and is found sooner with as many coordinates as there are rows.
        var space = options.L1Regularization == 0 && SampleSpace.Pays(matrix) ? SampleSpace.Of(matrix, options.Threads) : null;
        matrix = space?.Rows ?? matrix;
        start = start is null ? null : space?.Project(start) ?? start;
        var l2 = options.L2Regularization ?? RegularizationSearch.Choose(matrix, options);
        var model = HeadSolve.Run(matrix, options, l2, start);
        var calibrate = options.Calibrate || options.Solver == HeadSolver.Svm;
        var heldOut = calibrate || options.TargetPrecision is not null
            ? RegularizationSearch.HeldOut(matrix, options, l2)
            : null;
        var factor = calibrate && heldOut is not null ? heldOut.Factor() : 1;
        if (factor != 1)
            model = TemperatureScaling.Apply(model, factor);
        var abstention = options.TargetPrecision is not { } target
            ? null
            : heldOut?.Abstention(target, factor) ?? throw new InvalidOperationException(
                "A target precision needs two rows each of two classes: the threshold is chosen on rows that are held out in "
                    + "turn.");
        return new HeadTrainingResult(space?.Unfold(model) ?? model, l2, factor, abstention);
    }

    /// <summary>The rows with the weights that the options give to classes.</summary>
    internal static FeatureMatrix Weighted(FeatureMatrix matrix, LinearHeadOptions options)
    {
        if (!options.BalanceClasses && options.ClassWeights is null)
            return matrix;
        var weights = options.BalanceClasses ? matrix.BalancedClassWeights() : [.. Enumerable.Repeat(1f, matrix.ClassCount)];
        foreach ((var name, var factor) in options.ClassWeights ?? new Dictionary<string, float>())
        {
            var index = matrix.ClassNames.ToList().IndexOf(name);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"The class weights name '{name}', which is no class; the classes are {NameList.Of(matrix.ClassNames)}.",
                    nameof(options));
            }

            if (!(factor >= 0 && float.IsFinite(factor)))
            {
                throw new ArgumentException($"The class weight of '{name}' is {factor}; it must be finite and at least 0.",
                    nameof(options));
            }

            weights[index] *= factor;
        }

        return matrix.WithClassWeights(weights);
    }
}

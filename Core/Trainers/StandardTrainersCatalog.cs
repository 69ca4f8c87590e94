using MulticlassTrainers = MlPipeline.Core.MulticlassClassificationCatalog.MulticlassClassificationTrainers;

namespace MlPipeline.Core;

/// <summary>The standard trainers.</summary>
public static class StandardTrainersCatalog
{
    /// <summary>Maximum entropy by L-BFGS, with options.</summary>
    public static LbfgsMaximumEntropyMulticlassTrainer LbfgsMaximumEntropy(
        this MulticlassTrainers catalog, LbfgsMaximumEntropyMulticlassTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new LbfgsMaximumEntropyMulticlassTrainer(catalog.Host, options);
    }

    /// <summary>Maximum entropy by L-BFGS.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="featureColumnName">The features: a vector of floats of known size.</param>
    /// <param name="exampleWeightColumnName">The weight of each row; null for 1 each.</param>
    /// <param name="l1Regularization">Weight of the sum of absolute weights against the sum of losses.</param>
    /// <param name="l2Regularization">Weight of the sum of squared weights, halved, against the sum of losses.</param>
    /// <param name="optimizationTolerance">Stops when the running mean of relative improvements falls below this.</param>
    /// <param name="historySize">Past steps that approximate the curvature.</param>
    /// <param name="enforceNonNegativity">Whether weights are held at or above 0.</param>
    public static LbfgsMaximumEntropyMulticlassTrainer LbfgsMaximumEntropy(
        this MulticlassTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        string? exampleWeightColumnName = null, float l1Regularization = 1, float l2Regularization = 1,
        float optimizationTolerance = 1e-7f, int historySize = 20, bool enforceNonNegativity = false) =>
        LbfgsMaximumEntropy(catalog, new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            L1Regularization = l1Regularization,
            L2Regularization = l2Regularization,
            OptimizationTolerance = optimizationTolerance,
            HistorySize = historySize,
            EnforceNonNegativity = enforceNonNegativity,
        });

    /// <summary>Maximum entropy by stochastic dual coordinate ascent, with options.</summary>
    public static SdcaMaximumEntropyMulticlassTrainer SdcaMaximumEntropy(
        this MulticlassTrainers catalog, SdcaMaximumEntropyMulticlassTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new SdcaMaximumEntropyMulticlassTrainer(catalog.Host, options);
    }

    /// <summary>Maximum entropy by stochastic dual coordinate ascent.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="featureColumnName">The features: a vector of floats of known size.</param>
    /// <param name="exampleWeightColumnName">The weight of each row; null for 1 each.</param>
    /// <param name="l2Regularization">
    /// Weight of the sum of squared weights, halved, against the mean loss; null: automatic.
    /// </param>
    /// <param name="l1Regularization">Weight of the sum of absolute weights against the mean loss; null: none.</param>
    /// <param name="maximumNumberOfIterations">Most passes over the data; null: automatic.</param>
    public static SdcaMaximumEntropyMulticlassTrainer SdcaMaximumEntropy(
        this MulticlassTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        string? exampleWeightColumnName = null, float? l2Regularization = null, float? l1Regularization = null,
        int? maximumNumberOfIterations = null) =>
        SdcaMaximumEntropy(catalog, new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            L2Regularization = l2Regularization,
            L1Regularization = l1Regularization,
            MaximumNumberOfIterations = maximumNumberOfIterations,
        });
}

using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>The heads of this project, beside ML.NET's trainers.</summary>
public static class HeadTrainersCatalog
{
    /// <summary>A linear head by L-BFGS, gradient descent or support vector machines.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">How to train; null for the defaults, which choose the regularisation on the training rows.</param>
    public static LinearHeadTrainer LinearHead(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, LinearHeadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new LinearHeadTrainer(options ?? new LinearHeadOptions());
    }

    /// <summary>The linear head whose options do best in a search on the rows that it is fitted to.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">How to search; null for 50 trials by TPE, judged by 5 folds.</param>
    public static LinearHeadSearch LinearHeadSearch(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, HeadExperimentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new LinearHeadSearch(options ?? new HeadExperimentOptions());
    }

    /// <summary>A head retrained by mini-batch gradient descent on bottleneck features, with options.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">How to train.</param>
    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ImageClassificationTrainer(options);
    }

    /// <summary>A head retrained by mini-batch gradient descent on bottleneck features.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="featureColumnName">The bottleneck features: a vector of floats of known size.</param>
    /// <param name="scoreColumnName">The column of probabilities that is added.</param>
    /// <param name="predictedLabelColumnName">The column of predictions that is added.</param>
    /// <param name="validationSet">Rows that decide which epoch is best; null: a tenth of each class.</param>
    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        IDataView? validationSet = null) =>
        ImageClassification(catalog, new ImageClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ValidationSet = validationSet,
        });
}

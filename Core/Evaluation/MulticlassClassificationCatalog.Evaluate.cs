namespace MlPipeline.Core;

public sealed partial class MulticlassClassificationCatalog
{
    /// <summary>Judges scored data.</summary>
    /// <param name="data">Rows with labels, scores and predicted labels.</param>
    /// <param name="labelColumnName">The true labels: keys, or numbers from 0. Rows without one are left out.</param>
    /// <param name="scoreColumnName">
    /// The scores: a vector of Single with a slot for each class, taken as probabilities. Rows with a score that is not finite
    /// are left out. The classes are named by its slot names.
    /// </param>
    /// <param name="predictedLabelColumnName">The predicted labels; the column must be there, the best score decides.</param>
    /// <param name="topKPredictionCount">The k of the top-k accuracies; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public MulticlassClassificationMetrics Evaluate(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", int topKPredictionCount = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
        ArgumentException.ThrowIfNullOrEmpty(predictedLabelColumnName);
        ArgumentOutOfRangeException.ThrowIfNegative(topKPredictionCount);
        return MulticlassEvaluator.Evaluate(
            Host, data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }

    /// <summary>
    /// Splits the data into folds, and for each fits on the others and judges on it. The label must be named, and typed, as the
    /// evaluation needs it in the data that the fitted models give.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="estimator">What to fit.</param>
    /// <param name="numberOfFolds">How many folds; at least 2.</param>
    /// <param name="labelColumnName">The true labels.</param>
    /// <param name="samplingKeyColumnName">Rows with the same value of this column stay in the same fold; null for none.</param>
    /// <param name="seed">The seed of the split; the context's when null.</param>
    /// <returns>The result of each fold, in order.</returns>
    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        IReadOnlyList<DataOperationsCatalog.TrainTestData> folds =
            new DataOperationsCatalog(Host).CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed);
        var results = new List<CrossValidationResult<MulticlassClassificationMetrics>>(folds.Count);
        foreach (DataOperationsCatalog.TrainTestData fold in folds)
        {
            ITransformer model = estimator.Fit(fold.TrainSet);
            IDataView scored = model.Transform(fold.TestSet);
            results.Add(new CrossValidationResult<MulticlassClassificationMetrics>(
                model, Evaluate(scored, labelColumnName), scored, results.Count));
        }

        return results;
    }
}

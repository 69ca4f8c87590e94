using MlPipeline.Cli.Results;
using MlPipeline.Trainers;

namespace MlPipeline.Cli.Jobs;

/// <summary>Turns ML.NET's metrics into what the commands print.</summary>
internal static class Evaluation
{
    public static EvaluationResult Of(MulticlassClassificationMetrics metrics, IReadOnlyList<string> classes)
    {
        var counts = metrics.ConfusionMatrix.Counts;
        var report = ClassificationReport.Of(metrics.ConfusionMatrix, classes);
        return new EvaluationResult
        {
            MicroAccuracy = metrics.MicroAccuracy,
            MacroAccuracy = metrics.MacroAccuracy,
            MacroF1 = report.MacroF1,
            LogLoss = metrics.LogLoss,
            Confusion = counts,
            Classes = classes,
            PerClass = report.Classes,
            Images = (int)counts.Sum(row => row.Sum()),
        };
    }

    /// <summary>Metrics of scored pictures; those of a class that the model does not know are left out.</summary>
    /// <param name="pictures">Scored pictures.</param>
    /// <param name="classes">The model's classes.</param>
    /// <param name="temperature">The model's temperature.</param>
    /// <param name="threshold">The least confidence that the model answers.</param>
    public static EvaluationResult Of(IReadOnlyList<ScoredPicture> pictures, IReadOnlyList<string> classes, double temperature = 1, double? threshold = null)
    {
        var ml = new MLContext();
        SchemaDefinition definition = SchemaDefinition.Create(typeof(ScoredPicture));
        definition[nameof(ScoredPicture.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes.Count);
        definition[nameof(ScoredPicture.PredictedLabel)].ColumnType = new KeyDataViewType(typeof(uint), classes.Count);
        var view = ml.Data.LoadFromEnumerable(pictures, definition);
        var keyed = ClassKeys.Estimator(ml, classes).Fit(view).Transform(view);
        return Of(ml.MulticlassClassification.Evaluate(keyed), classes) with
        {
            Confidence = ConfidenceResult.Of(ConfidenceReport.Of(keyed, temperature, threshold), temperature, threshold),
        };
    }

    /// <summary>Means of the folds' figures; the confusion counts are summed.</summary>
    public static EvaluationResult Mean(IReadOnlyList<EvaluationResult> folds)
    {
        var classes = folds[0].Classes;
        double[][] counts = [.. classes.Select((_, actual) =>
            classes.Select((_, predicted) => folds.Sum(f => f.Confusion[actual][predicted])).ToArray())];
        return new EvaluationResult
        {
            MicroAccuracy = folds.Average(f => f.MicroAccuracy),
            MacroAccuracy = folds.Average(f => f.MacroAccuracy),
            MacroF1 = folds.Average(f => f.MacroF1),
            LogLoss = folds.Average(f => f.LogLoss),
            Confusion = counts,
            Classes = classes,
            PerClass = ClassificationReport.Of(counts, classes).Classes,
            Images = folds.Sum(f => f.Images),
            Confidence = folds.All(f => f.Confidence is not null) ? ConfidenceResult.Mean([.. folds.Select(f => f.Confidence!)]) : null,
        };
    }
}

using MlPipeline.Trainers.Evaluation;

namespace MlPipeline;

/// <summary>Metrics on pictures that were not trained on.</summary>
public sealed record EvaluationMetrics
{
    /// <summary>The share of right pictures.</summary>
    public required double MicroAccuracy { get; init; }

    /// <summary>The 95 % interval of the share of right pictures, those with the same content counted once; with folds that of
    /// all their answers together.</summary>
    public required AccuracyInterval MicroAccuracyInterval { get; init; }

    /// <summary>The mean of that share over the classes.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>The mean of F1 over the classes.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>The mean of -ln(probability of the true class).</summary>
    public required double LogLoss { get; init; }

    /// <summary>Counts [true class][predicted class]; with folds, summed over them.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Confusion { get; init; }

    /// <summary>The class names, in the order of <see cref="Confusion"/>.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Precision, recall and F1 of each class.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>How far the confidence can be trusted, and what is left unanswered.</summary>
    public required ConfidenceResult Confidence { get; init; }

    /// <summary>Pictures that were tested.</summary>
    public int TestImages => (int)Confusion.Sum(row => row.Sum());

    /// <summary>How many different contents these have.</summary>
    public required int DistinctImages { get; init; }

    /// <summary>Metrics of scored rows with the columns Label, Score and PredictedLabel.</summary>
    internal static EvaluationMetrics Of(MLContext ml, IDataView scored, IReadOnlyList<string> classes,
        double temperature, double? threshold, int distinctImages)
    {
        var metrics = ml.MulticlassClassification.Evaluate(scored);
        var report = ClassificationReport.Of(metrics.ConfusionMatrix, classes);
        return new EvaluationMetrics
        {
            MicroAccuracy = metrics.MicroAccuracy,
            MicroAccuracyInterval = AccuracyInterval.Of(metrics.MicroAccuracy, distinctImages),
            DistinctImages = distinctImages,
            MacroAccuracy = metrics.MacroAccuracy,
            MacroF1 = report.MacroF1,
            LogLoss = metrics.LogLoss,
            Confusion = metrics.ConfusionMatrix.Counts,
            Classes = classes,
            PerClass = report.Classes,
            Confidence = ConfidenceResult.Of(ConfidenceReport.Of(scored, temperature, threshold), temperature, threshold),
        };
    }

    /// <summary>The figures that a model's card tells.</summary>
    internal IReadOnlyDictionary<string, double> ForCard() => new Dictionary<string, double>
    {
        ["microAccuracy"] = MicroAccuracy,
        ["microAccuracyLow"] = MicroAccuracyInterval.Low,
        ["microAccuracyHigh"] = MicroAccuracyInterval.High,
        ["macroAccuracy"] = MacroAccuracy,
        ["macroF1"] = MacroF1,
        ["logLoss"] = LogLoss,
    };

    /// <summary>Means of the folds' figures; the confusion counts are summed.</summary>
    internal static EvaluationMetrics Mean(IReadOnlyList<EvaluationMetrics> folds)
    {
        var classes = folds[0].Classes;
        double[][] counts = [.. classes.Select((_, actual) =>
            classes.Select((_, predicted) => folds.Sum(f => f.Confusion[actual][predicted])).ToArray())];
        var right = counts.Select((row, c) => row[c]).Sum() / counts.Sum(row => row.Sum());
        var distinct = folds.Sum(f => f.DistinctImages);
        return new EvaluationMetrics
        {
            MicroAccuracy = folds.Average(f => f.MicroAccuracy),
            MicroAccuracyInterval = AccuracyInterval.Of(right, distinct),
            DistinctImages = distinct,
            MacroAccuracy = folds.Average(f => f.MacroAccuracy),
            MacroF1 = folds.Average(f => f.MacroF1),
            LogLoss = folds.Average(f => f.LogLoss),
            Confusion = counts,
            Classes = classes,
            PerClass = ClassificationReport.Of(counts, classes).Classes,
            Confidence = ConfidenceResult.Mean([.. folds.Select(f => f.Confidence)]),
        };
    }
}

/// <summary>How far a model's confidence can be trusted, on pictures that it was not trained on.</summary>
/// <param name="CalibrationError">The expected calibration error of its probabilities (<see cref="ConfidenceReport"/>).</param>
/// <param name="UncalibratedError">The same before its temperature was applied; null for a model without calibration.</param>
/// <param name="Temperature">The temperature; 1 for a model without calibration.</param>
/// <param name="Threshold">The least confidence that is answered; null for a model that always answers.</param>
/// <param name="Answered">Pictures that were answered.</param>
/// <param name="Abstained">Pictures that were not.</param>
/// <param name="Coverage">The share that was answered.</param>
/// <param name="Precision">The share of right answers among the answered.</param>
public sealed record ConfidenceResult(double CalibrationError, double? UncalibratedError, double Temperature, double? Threshold,
    int Answered, int Abstained, double Coverage, double Precision)
{
    /// <summary>Pictures by their confidence, of all folds together; those without pictures are left out.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; init; } = [];

    internal static ConfidenceResult Of(ConfidenceReport report, double temperature, double? threshold) => new(
        report.CalibrationError, temperature == 1 ? null : report.UncalibratedError, temperature, threshold,
        report.Answered, report.Rows - report.Answered, report.Coverage, report.Precision)
    {
        Bins = report.Bins,
    };

    // Means of the errors, and all answers together. Each fold's temperature and threshold are its own head's.
    internal static ConfidenceResult Mean(IReadOnlyList<ConfidenceResult> folds)
    {
        int answered = folds.Sum(f => f.Answered), rows = answered + folds.Sum(f => f.Abstained);
        var isCalibrated = folds.Any(f => f.UncalibratedError is not null);
        return new ConfidenceResult(
            folds.Average(f => f.CalibrationError), isCalibrated
                ? folds.Average(f => f.UncalibratedError ?? f.CalibrationError) : null,
            folds.Average(f => f.Temperature), folds.Average(f => f.Threshold), answered, rows - answered,
            rows == 0 ? 0 : (double)answered / rows, answered == 0 ? 0 : folds.Sum(f => f.Precision * f.Answered) / answered)
        {
            Bins =
            [
                .. folds.SelectMany(f => f.Bins).GroupBy(bin => bin.Low).OrderBy(same => same.Key).Select(same =>
                {
                    double Mean(Func<CalibrationBin, double> figure) => same.Sum(b => b.Rows * figure(b)) / same.Sum(b => b.Rows);
                    return same.First() with
                    {
                        Rows = same.Sum(b => b.Rows), Confidence = Mean(b => b.Confidence), Accuracy = Mean(b => b.Accuracy),
                    };
                }),
            ],
        };
    }
}

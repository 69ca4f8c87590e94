using MlPipeline.Trainers;

namespace MlPipeline.Cli.Results;

/// <summary>How far a model's confidence can be trusted, on pictures that it was not trained on.</summary>
/// <param name="CalibrationError">The expected calibration error of its probabilities.</param>
/// <param name="UncalibratedError">The same before its temperature was applied; null for a model without calibration.</param>
/// <param name="Temperature">The temperature; 1 for a model without calibration.</param>
/// <param name="Threshold">The least confidence that is answered; null for a model that always answers.</param>
/// <param name="Answered">Pictures that were answered.</param>
/// <param name="Abstained">Pictures that were not.</param>
/// <param name="Coverage">The share that was answered.</param>
/// <param name="Precision">The share of right answers among the answered.</param>
internal sealed record ConfidenceResult(double CalibrationError, double? UncalibratedError, double Temperature, double? Threshold,
    int Answered, int Abstained, double Coverage, double Precision)
{
    public static ConfidenceResult Of(ConfidenceReport report, double temperature, double? threshold) => new(
        report.CalibrationError, temperature == 1 ? null : report.UncalibratedError, temperature, threshold,
        report.Answered, report.Rows - report.Answered, report.Coverage, report.Precision);

    /// <summary>Over folds: means of the errors, and all answers together. Each fold's temperature and threshold are its own
    /// head's.</summary>
    public static ConfidenceResult Mean(IReadOnlyList<ConfidenceResult> folds)
    {
        int answered = folds.Sum(f => f.Answered), rows = answered + folds.Sum(f => f.Abstained);
        return new ConfidenceResult(
            folds.Average(f => f.CalibrationError), folds.All(f => f.UncalibratedError is null) ? null : folds.Average(f => f.UncalibratedError ?? f.CalibrationError),
            folds.Average(f => f.Temperature), folds.Average(f => f.Threshold), answered, rows - answered,
            rows == 0 ? 0 : (double)answered / rows, answered == 0 ? 0 : folds.Sum(f => f.Precision * f.Answered) / answered);
    }
}

using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Evaluation;

/// <summary>How far the confidence of a classifier can be trusted: its calibration error, and what abstaining brings.</summary>
/// <param name="CalibrationError">
/// The expected calibration error: rows are binned by the probability of their predicted class, and the distances of the bins'
/// mean confidence and accuracy are averaged (Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities using
/// Bayesian binning, 2015; 15 bins as in Guo et al., 2017).
/// </param>
/// <param name="UncalibratedError">The same for the scores as they were before they were divided by the temperature.</param>
/// <param name="Rows">Rows with a label.</param>
/// <param name="Answered">Those whose confidence is at or above the threshold; all without one.</param>
/// <param name="Right">Those of the answered whose prediction is right.</param>
public sealed record ConfidenceReport(double CalibrationError, double UncalibratedError, int Rows, int Answered, int Right)
{
    private const int BinCount = 15;

    /// <summary>The bins with rows, from the least confident up; those of the error.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; init; } = [];

    /// <summary>The share of rows that are answered; 0 without rows.</summary>
    public double Coverage => Rows == 0 ? 0 : (double)Answered / Rows;

    /// <summary>The share of right answers among the answered; 0 when none is.</summary>
    public double Precision => Answered == 0 ? 0 : (double)Right / Answered;

    /// <summary>From scored rows; those without a label are left out.</summary>
    /// <param name="scored">Rows with a label (a key) and probabilities in the order of its keys.</param>
    /// <param name="temperature">What linear scores were divided by before the softmax:
    /// <see cref="LinearHeadTransformer.Temperature"/>.</param>
    /// <param name="threshold">The least confidence that is answered; null: all are.</param>
    /// <param name="labelColumnName">The label.</param>
    /// <param name="scoreColumnName">The probabilities.</param>
    public static ConfidenceReport Of(IDataView scored, double temperature = 1, double? threshold = null,
        string labelColumnName = "Label",
        string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(scored);
        var label = HeadColumns.Label(scored.Schema, labelColumnName);
        var score = HeadColumns.Features(scored.Schema, scoreColumnName);
        List<float[]> probabilities = [];
        List<int> labels = [];
        using var cursor = scored.GetRowCursor([label, score]);
        var getLabel = MatrixReader.LabelGetter(cursor, label);
        var getScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            var actual = getLabel();
            if (actual < 0)
                continue;
            getScore(ref buffer);
            labels.Add(actual);
            probabilities.Add([.. buffer.DenseValues()]);
        }

        return Of(probabilities, labels, temperature, threshold);
    }

    /// <summary>From probabilities of rows and their classes.</summary>
    /// <param name="probabilities">A probability for each class, row by row.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="temperature">What linear scores were divided by before the softmax.</param>
    /// <param name="threshold">The least confidence that is answered; null: all are.</param>
    public static ConfidenceReport Of(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> labels, double temperature = 1,
        double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        if (probabilities.Count != labels.Count)
            throw new ArgumentException($"{probabilities.Count} rows and {labels.Count} labels do not match.", nameof(labels));
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature,
                "The temperature must be finite and above 0.");
        }

        double[] confidences = [.. probabilities.Select(row => (double)row.Max())];
        bool[] right = [.. probabilities.Select((row, i) => Array.IndexOf(row, row.Max()) == labels[i])];
        var bins = Binned(confidences, right);
        var error = Error(bins);
        var before = temperature == 1 ? error : Error(Binned([.. probabilities.Select(row => Raised(row, temperature))], right));
        var answered = confidences.Count(confidence => !(confidence < threshold));
        return new ConfidenceReport(error, before, labels.Count, answered,
            right.Where((correct, i) => correct && !(confidences[i] < threshold)).Count())
        {
            Bins = bins,
        };
    }

    // The softmax of s / t raised to the power t, made to sum to 1 again, is the softmax of s.
    private static double Raised(float[] row, double temperature)
    {
        var top = Math.Log(row.Max());
        return 1 / row.Sum(p => p > 0 ? Math.Exp(temperature * (Math.Log(p) - top)) : 0);
    }

    private static CalibrationBin[] Binned(double[] confidences, bool[] right) =>
    [
        .. Enumerable.Range(0, right.Length)
            .GroupBy(i => Math.Clamp((int)Math.Ceiling(confidences[i] * BinCount) - 1, 0, BinCount - 1))
            .OrderBy(bin => bin.Key)
            .Select(bin => new CalibrationBin(bin.Key / (double)BinCount, (bin.Key + 1) / (double)BinCount, bin.Count(),
                bin.Average(i => confidences[i]), bin.Count(i => right[i]) / (double)bin.Count())),
    ];

    private static double Error(CalibrationBin[] bins) => bins.Length == 0 ? 0
        : bins.Sum(bin => bin.Rows * Math.Abs(bin.Confidence - bin.Accuracy)) / bins.Sum(bin => bin.Rows);
}

/// <summary>Rows of about the same confidence.</summary>
/// <param name="Low">The confidences are above this,</param>
/// <param name="High">and at most this.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The share of them that are right: for a calibrated model about the confidence.</param>
public sealed record CalibrationBin(double Low, double High, int Rows, double Confidence, double Accuracy);

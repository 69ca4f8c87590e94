namespace MlPipeline.Trainers.Evaluation;

/// <summary>
/// Rows whose label is likely wrong, by the confident joint of given and supposed labels (Northcutt, Jiang and Chuang, Confident
/// learning: estimating uncertainty in dataset labels, 2021, section 3.1). The threshold of a class is the mean probability that
/// the rows of that label have for it. A row that is above the threshold of a class is counted for the class, that of the highest
/// probability where there are several; a row that is counted for another class than its label's is reported.
/// </summary>
public static class ConfidentLearning
{
    /// <summary>Finds the rows.</summary>
    /// <param name="labels">The class of each row, as it is given.</param>
    /// <param name="probabilities">The probabilities of all classes, row by row, by models that were not trained on the
    /// row.</param>
    /// <returns>The rows with the smallest margin between the given label and the likeliest other class first (the normalised
    /// margin of the paper's section 3.2); equal ones by their place.</returns>
    /// <exception cref="ArgumentException">There are not as many labels as rows, or a row lacks its label's
    /// probability.</exception>
    public static IReadOnlyList<LabelIssue> Find(IReadOnlyList<int> labels, IReadOnlyList<IReadOnlyList<float>> probabilities)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (labels.Count != probabilities.Count)
        {
            throw new ArgumentException($"{probabilities.Count} rows and {labels.Count} labels do not match.",
                nameof(probabilities));
        }

        if (labels.Zip(probabilities).Any(row => row.First < 0 || row.First >= row.Second.Count))
            throw new ArgumentException("A label has no probability.", nameof(probabilities));
        var thresholds = labels.Zip(probabilities).GroupBy(row => row.First)
            .ToDictionary(same => same.Key, same => same.Average(row => (double)row.Second[same.Key]));
        List<LabelIssue> found = [];
        for (var row = 0; row < labels.Count; row++)
        {
            var (label, scores) = (labels[row], probabilities[row]);
            var counted = thresholds.Where(t => scores[t.Key] >= t.Value).OrderByDescending(t => scores[t.Key])
                .ThenBy(t => t.Key).Select(t => t.Key).FirstOrDefault(label);
            if (counted != label)
                found.Add(new LabelIssue(row, counted, scores[label], scores[counted]));
        }

        return [.. found.OrderBy(issue => Margin(issue, labels[issue.Row], probabilities[issue.Row])).ThenBy(issue => issue.Row)];
    }

    private static double Margin(LabelIssue issue, int label, IReadOnlyList<float> scores) =>
        issue.GivenProbability - scores.Where((_, c) => c != label).Max();
}

/// <summary>A row whose label is likely wrong.</summary>
/// <param name="Row">Its place.</param>
/// <param name="Suggested">The class that it is counted for.</param>
/// <param name="GivenProbability">The probability of the label that it has.</param>
/// <param name="SuggestedProbability">That of the class it is counted for.</param>
public sealed record LabelIssue(int Row, int Suggested, double GivenProbability, double SuggestedProbability);

using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Evaluation;

/// <summary>Precision, recall and F1 by class, and their means.</summary>
public sealed class ClassificationReport
{
    private ClassificationReport(IReadOnlyList<ClassMetrics> classes, double accuracy)
    {
        Classes = classes;
        MicroF1 = accuracy;
        ClassMetrics[] present = [.. classes.Where(c => c.Support > 0)];
        MacroF1 = present.Length == 0 ? 0 : present.Average(c => c.F1);
        var total = present.Sum(c => c.Support);
        WeightedF1 = total == 0 ? 0 : present.Sum(c => c.F1 * c.Support) / total;
    }

    /// <summary>Each class, in the order of the keys.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>The mean F1 of the classes that have rows.</summary>
    public double MacroF1 { get; }

    /// <summary>F1 over all decisions, which is the share of right ones: with one label for each row both are the same.</summary>
    public double MicroF1 { get; }

    /// <summary>The mean F1, each class counted by its rows.</summary>
    public double WeightedF1 { get; }

    /// <summary>From class indices of rows; a prediction of -1 (missing) is right for none.</summary>
    public static ClassificationReport Of(IReadOnlyList<int> labels, IReadOnlyList<int> predictions,
        IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(classNames);
        if (labels.Count != predictions.Count)
        {
            throw new ArgumentException($"{labels.Count} labels and {predictions.Count} predictions do not match.",
                nameof(predictions));
        }

        int[] right = new int[classNames.Count], support = new int[classNames.Count], predicted = new int[classNames.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            support[labels[i]]++;
            if (predictions[i] >= 0)
                predicted[predictions[i]]++;
            if (predictions[i] == labels[i])
                right[labels[i]]++;
        }

        return Build(right, support, predicted, classNames);
    }

    /// <summary>From scored rows; those without a label are left out.</summary>
    /// <param name="scored">Rows with a label and a predicted label, both keys of the same classes.</param>
    /// <param name="labelColumnName">The label.</param>
    /// <param name="predictedLabelColumnName">The prediction.</param>
    public static ClassificationReport Of(IDataView scored, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(scored);
        var label = HeadColumns.Label(scored.Schema, labelColumnName);
        var prediction = HeadColumns.Label(scored.Schema, predictedLabelColumnName);
        var labels = new List<int>();
        var predictions = new List<int>();
        using var cursor = scored.GetRowCursor([label, prediction]);
        var getLabel = MatrixReader.LabelGetter(cursor, label);
        var getPrediction = MatrixReader.LabelGetter(cursor, prediction);
        while (cursor.MoveNext())
        {
            var actual = getLabel();
            if (actual < 0)
                continue;
            labels.Add(actual);
            predictions.Add(getPrediction());
        }

        return Of(labels, predictions, HeadColumns.ClassNames(label));
    }

    /// <summary>From a confusion matrix: rows are actual classes, columns predicted ones.</summary>
    public static ClassificationReport Of(ConfusionMatrix matrix, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return Of(matrix.Counts, classNames);
    }

    /// <summary>From confusion counts: rows are actual classes, columns predicted ones.</summary>
    public static ClassificationReport Of(IReadOnlyList<IReadOnlyList<double>> confusion, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        ArgumentNullException.ThrowIfNull(classNames);
        int[][] counts = [.. confusion.Select(row => row.Select(count => (int)Math.Round(count)).ToArray())];
        return Build(
            [.. counts.Select((row, c) => row[c])],
            [.. counts.Select(row => row.Sum())],
            [.. Enumerable.Range(0, counts.Length).Select(c => counts.Sum(row => row[c]))],
            classNames);
    }

    private static ClassificationReport Build(int[] right, int[] support, int[] predicted, IReadOnlyList<string> classNames)
    {
        var classes = new ClassMetrics[classNames.Count];
        for (var c = 0; c < classes.Length; c++)
        {
            var precision = predicted[c] == 0 ? 0 : (double)right[c] / predicted[c];
            var recall = support[c] == 0 ? 0 : (double)right[c] / support[c];
            var either = predicted[c] + support[c];
            var f1 = either == 0 ? 0 : 2.0 * right[c] / either;
            classes[c] = new ClassMetrics(classNames[c], support[c], precision, recall, f1);
        }

        var total = support.Sum();
        return new ClassificationReport(classes, total == 0 ? 0 : (double)right.Sum() / total);
    }
}

/// <summary>How well one class is told from the others.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Rows of the class.</param>
/// <param name="Precision">The share of right ones among rows predicted as the class; 0 when none was.</param>
/// <param name="Recall">The share of the class's rows that were found; 0 when it has none.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
public sealed record ClassMetrics(string Name, int Support, double Precision, double Recall, double F1);

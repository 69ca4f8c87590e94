namespace MlPipeline.Core;

/// <summary>How often each actual class was predicted as each class.</summary>
public sealed class ConfusionMatrix
{
    private readonly IReadOnlyList<string> _classNames;

    internal ConfusionMatrix(double[][] counts, IReadOnlyList<string> classNames)
    {
        int classes = counts.Length;
        double[] precision = new double[classes];
        double[] recall = new double[classes];
        for (int i = 0; i < classes; i++)
        {
            double predicted = 0;
            double actual = 0;
            for (int j = 0; j < classes; j++)
            {
                predicted += counts[j][i];
                actual += counts[i][j];
            }

            precision[i] = predicted > 0 ? counts[i][i] / predicted : 0;
            recall[i] = actual > 0 ? counts[i][i] / actual : 0;
        }

        _classNames = classNames;
        Counts = Array.AsReadOnly(Array.ConvertAll(counts, row => (IReadOnlyList<double>)Array.AsReadOnly(row)));
        PerClassPrecision = Array.AsReadOnly(precision);
        PerClassRecall = Array.AsReadOnly(recall);
    }

    /// <summary>Of the rows predicted as a class, the share that is of that class; 0 where none was predicted.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>Of the rows of a class, the share predicted as it; 0 where there are none.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>The counts: the outer list is the actual class, the inner one the predicted class.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>The number of classes.</summary>
    public int NumberOfClasses => Counts.Count;

    internal IReadOnlyList<string> ClassNames => _classNames;

    /// <summary>The matrix as a table of text with precision and recall at its edges.</summary>
    public string GetFormattedConfusionTable() => ConfusionTable.Format(this);

    /// <summary>How many rows of one class were predicted as another.</summary>
    /// <param name="predictedClassIndicatorIndex">The index of the predicted class.</param>
    /// <param name="actualClassIndicatorIndex">The index of the actual class.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not that of a class.</exception>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    private void CheckIndex(int index, string parameter)
    {
        if (index < 0 || index >= NumberOfClasses)
            throw new ArgumentOutOfRangeException(parameter, index, $"There are {NumberOfClasses} classes.");
    }
}

using MlPipeline.Data;

namespace MlPipeline.Trainers.Recipe;

/// <summary>Labelled rows of features.</summary>
public sealed class RecipeData
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<int>? _groups;

    /// <summary>Wraps (does not copy) the rows.</summary>
    /// <param name="features">Row after row: N x K finite values.</param>
    /// <param name="labels">N classes, from 0 to C - 1.</param>
    /// <param name="classCount">C, at least 2.</param>
    /// <param name="groups">For each row its group: rows of one group (the same picture twice) stay on one side of a
    /// split.</param>
    /// <param name="classNames">C names, for messages.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a label or feature is out of range.</exception>
    public RecipeData(float[] features, int[] labels, int classCount, IReadOnlyList<int>? groups = null,
        IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (labels.Length == 0 || features.Length == 0 || features.Length % labels.Length != 0)
            throw new ArgumentException($"{features.Length} features are not a whole number for each of {labels.Length} rows.", nameof(features));

        if (groups is not null && groups.Count != labels.Length)
            throw new ArgumentException($"There are {groups.Count} groups for {labels.Length} rows.", nameof(groups));

        if (classNames is not null && classNames.Count != classCount)
            throw new ArgumentException($"There are {classNames.Count} names for {classCount} classes.", nameof(classNames));

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classCount)
                throw new ArgumentException($"Row {i} has label {labels[i]}; labels run from 0 to {classCount - 1}.", nameof(labels));
        }

        var width = features.Length / labels.Length;
        var bad = Array.FindIndex(features, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ArgumentException($"Feature {bad % width} of row {bad / width} is {features[bad]}.", nameof(features));

        Features = features;
        Labels = labels;
        ClassCount = classCount;
        _groups = groups;
        _names = [.. labels.Select(label => classNames?[label] ?? $"class {label}")];
    }

    /// <summary>N.</summary>
    public int Count => Labels.Length;

    /// <summary>K.</summary>
    public int FeatureCount => Features.Length / Labels.Length;

    /// <summary>C.</summary>
    public int ClassCount { get; }

    internal float[] Features { get; }

    internal int[] Labels { get; }

    internal int[] ClassCounts()
    {
        var counts = new int[ClassCount];
        foreach (var label in Labels)
            counts[label]++;

        return counts;
    }

    internal DataSplit HoldOut(double fraction, int seed) => StratifiedSplit.TrainTest(_names, fraction, seed, _groups);

    /// <summary>Rows of the smallest class, those of one group counted once.</summary>
    internal int SmallestClass() =>
        Enumerable.Range(0, Count).GroupBy(i => Labels[i]).Min(rows => rows.Select(i => _groups?[i] ?? i).Distinct().Count());

    internal IReadOnlyList<DataSplit> Folds(int folds, int seed) => StratifiedSplit.Folds(_names, folds, seed, _groups);
}

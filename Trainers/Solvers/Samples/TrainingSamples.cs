namespace MlPipeline.Optimizers;

/// <summary>
/// A dense classification problem in memory: one feature row, one class index and one weight per example.
/// </summary>
/// <remarks>Rows are padded with zeros to whole vectors, and to a length that does not fall on one cache set.</remarks>
public sealed class TrainingSamples
{
    internal TrainingSamples(float[] rows, int stride, int featureCount, int[] labels, float[]? weights, int classCount,
        int[]? groups = null)
    {
        Rows = rows;
        Stride = stride;
        FeatureCount = featureCount;
        LabelArray = labels;
        WeightArray = weights;
        ClassCount = classCount;
        GroupArray = groups;
    }

    /// <summary>Copies a row-major matrix of <c>labels.Length</c> x <paramref name="featureCount"/> features.</summary>
    /// <param name="features">The features, row after row; all finite.</param>
    /// <param name="featureCount">Features per row, at least 1.</param>
    /// <param name="labels">A class index per row, from 0 to <paramref name="classCount"/> - 1.</param>
    /// <param name="classCount">The number of classes, at least 1.</param>
    /// <param name="weights">A non-negative weight per row; null for 1 each.</param>
    /// <exception cref="ArgumentException">A length, label, weight or feature is out of range; the message names the
    /// row.</exception>
    public TrainingSamples(ReadOnlySpan<float> features, int featureCount, ReadOnlySpan<int> labels, int classCount,
        ReadOnlySpan<float> weights = default)
    {
        if (features.Length != (long)labels.Length * featureCount)
        {
            throw new ArgumentException(
                $"{labels.Length} rows of {featureCount} features need {(long)labels.Length * featureCount} values, "
                + $"not {features.Length}.", nameof(features));
        }

        if (!weights.IsEmpty && weights.Length != labels.Length)
            throw new ArgumentException($"{labels.Length} rows need as many weights, not {weights.Length}.", nameof(weights));

        var builder = new TrainingSamplesBuilder(featureCount, classCount, labels.Length);
        for (var i = 0; i < labels.Length; i++)
            builder.Add(features.Slice(i * featureCount, featureCount), labels[i], weights.IsEmpty ? 1f : weights[i]);

        var built = builder.Build();
        Rows = built.Rows;
        Stride = built.Stride;
        FeatureCount = featureCount;
        LabelArray = built.LabelArray;
        WeightArray = built.WeightArray;
        ClassCount = classCount;
    }

    /// <summary>The number of examples.</summary>
    public int Count => LabelArray.Length;

    /// <summary>The number of features of an example.</summary>
    public int FeatureCount { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The class index of each example.</summary>
    public ReadOnlySpan<int> Labels => LabelArray;

    /// <summary>The weight of each example; empty when all are 1.</summary>
    public ReadOnlySpan<float> Weights => WeightArray;

    /// <summary>For each example a number; examples with equal numbers (views of one picture) are not to be parted by folds.
    /// Empty when each stands alone.</summary>
    public ReadOnlySpan<int> Groups => GroupArray;

    internal float[] Rows { get; }

    internal int Stride { get; }

    internal int[] LabelArray { get; }

    internal float[]? WeightArray { get; }

    internal int[]? GroupArray { get; }

    /// <summary>The features of an example.</summary>
    public ReadOnlySpan<float> Features(int index) => Rows.AsSpan(index * Stride, FeatureCount);

    internal float WeightOf(int index) => WeightArray is null ? 1f : WeightArray[index];

    /// <summary>The sum of all weights.</summary>
    public double TotalWeight()
    {
        if (WeightArray is null)
            return Count;

        double total = 0;
        foreach (var weight in WeightArray)
            total += weight;

        return total;
    }

    /// <summary>The sum of the weights of each class.</summary>
    public double[] ClassTotals()
    {
        var totals = new double[ClassCount];
        for (var i = 0; i < Count; i++)
            totals[LabelArray[i]] += WeightOf(i);

        return totals;
    }

    /// <summary>The same rows (shared, not copied) with each weight multiplied by the weight of its class.</summary>
    /// <param name="classWeights">A finite, non-negative factor per class.</param>
    public TrainingSamples WithClassWeights(ReadOnlySpan<float> classWeights)
    {
        if (classWeights.Length != ClassCount)
            throw new ArgumentException($"{ClassCount} classes need as many weights, not {classWeights.Length}.", nameof(classWeights));

        var weights = new float[Count];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = WeightOf(i) * classWeights[LabelArray[i]];

        return new TrainingSamples(Rows, Stride, FeatureCount, LabelArray, weights, ClassCount, GroupArray);
    }

    /// <summary>The same rows (shared, not copied) in groups.</summary>
    /// <param name="groups">A number for each row; rows with equal numbers are not to be parted.</param>
    public TrainingSamples WithGroups(ReadOnlySpan<int> groups) => groups.Length == Count
        ? new TrainingSamples(Rows, Stride, FeatureCount, LabelArray, WeightArray, ClassCount, groups.ToArray())
        : throw new ArgumentException($"{Count} rows need as many groups, not {groups.Length}.", nameof(groups));

    /// <summary>Factors that give every class the same total weight, with the overall total unchanged.</summary>
    public float[] BalancedClassWeights()
    {
        var totals = ClassTotals();
        var present = totals.Count(total => total > 0);
        var share = totals.Sum() / Math.Max(1, present);
        return Array.ConvertAll(totals, total => total > 0 ? (float)(share / total) : 0f);
    }

    /// <summary>A copy of the chosen rows, in the order given; a row may be chosen more than once.</summary>
    public TrainingSamples Subset(ReadOnlySpan<int> indices)
    {
        var rows = new float[checked(indices.Length * Stride)];
        var labels = new int[indices.Length];
        var weights = WeightArray is null ? null : new float[indices.Length];
        var groups = GroupArray is null ? null : new int[indices.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            Rows.AsSpan(indices[i] * Stride, Stride).CopyTo(rows.AsSpan(i * Stride));
            labels[i] = LabelArray[indices[i]];
            if (weights is not null)
                weights[i] = WeightArray![indices[i]];

            if (groups is not null)
                groups[i] = GroupArray![indices[i]];
        }

        return new TrainingSamples(rows, Stride, FeatureCount, labels, weights, ClassCount, groups);
    }
}

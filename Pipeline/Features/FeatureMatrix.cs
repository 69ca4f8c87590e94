using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlPipeline.Pipeline.Features;

/// <summary>
/// Labelled rows of features in memory: what lies between whatever computes features and whatever learns from them.
/// </summary>
/// <remarks>Rows are padded with zeros to whole vectors, and to a length that does not fall on one cache set.</remarks>
public sealed class FeatureMatrix
{
    private readonly float[] _values;
    private readonly int[] _labels;
    private readonly float[]? _weights;
    private readonly int[]? _groups;

    internal FeatureMatrix(IReadOnlyList<string> classNames, int featureCount, float[] values, int[] labels, float[]? weights,
        int[]? groups) =>
        (_values, FeatureCount, _labels, ClassNames, _weights, _groups) = (values, featureCount, labels, classNames, weights,
            groups);

    /// <summary>Copies a row-major matrix of <c>labels.Length</c> x <paramref name="featureCount"/> features.</summary>
    /// <param name="features">The features, row after row; all finite.</param>
    /// <param name="featureCount">Features per row, at least 1.</param>
    /// <param name="labels">A class index per row, from 0 to C - 1.</param>
    /// <param name="classNames">C names, at least 1.</param>
    /// <param name="weights">A finite weight of at least 0 per row; empty for 1 each.</param>
    /// <param name="groups">A number per row; rows with equal numbers are not parted by splits. Empty when each stands
    /// alone.</param>
    /// <exception cref="ArgumentException">A length, label, weight or feature is out of range; the message names the
    /// row.</exception>
    public FeatureMatrix(ReadOnlySpan<float> features, int featureCount, ReadOnlySpan<int> labels,
        IReadOnlyList<string> classNames,
        ReadOnlySpan<float> weights = default, ReadOnlySpan<int> groups = default)
    {
        if (features.Length != (long)labels.Length * featureCount)
        {
            throw new ArgumentException(
                $"{labels.Length} rows of {featureCount} features need {(long)labels.Length * featureCount} values, "
                + $"not {features.Length}.", nameof(features));
        }

        CheckLength(labels.Length, weights.Length, "weights", optional: true);
        CheckLength(labels.Length, groups.Length, "groups", optional: true);
        var builder = new FeatureMatrixBuilder(featureCount, classNames, labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            builder.Add(features.Slice(i * featureCount, featureCount), labels[i], weights.IsEmpty ? 1f : weights[i],
                groups.IsEmpty ? null : groups[i]);
        }

        var built = builder.Build();
        (_values, FeatureCount, _labels, ClassNames, _weights, _groups) =
            (built._values, featureCount, built._labels, classNames, built._weights, built._groups);
    }

    /// <summary>N, the number of rows.</summary>
    public int Count => _labels.Length;

    /// <summary>K, the number of features of a row.</summary>
    public int FeatureCount { get; }

    /// <summary>C, the number of classes.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class index of each row.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The weight of each row; empty when all are 1.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>A number for each row; rows with equal numbers (augmentations of one picture, or its copies) are not parted by
    /// splits. Empty when each stands alone.</summary>
    public ReadOnlySpan<int> Groups => _groups;

    /// <summary>The distance from one row to the next in <see cref="Values"/>: at least K, a multiple of 8.</summary>
    public int Stride => StrideOf(FeatureCount);

    /// <summary>All rows as they lie, N x <see cref="Stride"/> values of which those from K on are zeros. Who owns the matrix may
    /// change the features where they lie.</summary>
    public Span<float> Values => _values;

    /// <summary>The features of a row.</summary>
    public Span<float> Row(int index) => _values.AsSpan(index * Stride, FeatureCount);

    /// <summary>The weight of a row.</summary>
    public float WeightOf(int index) => _weights is null ? 1f : _weights[index];

    /// <summary>The sum of all weights.</summary>
    public double TotalWeight() => ClassTotals().Sum();

    /// <summary>The sum of the weights of each class.</summary>
    public double[] ClassTotals()
    {
        var totals = new double[ClassCount];
        for (var i = 0; i < Count; i++)
            totals[_labels[i]] += WeightOf(i);
        return totals;
    }

    /// <summary>The rows of each class, those of one group counted once.</summary>
    public int[] ClassUnits()
    {
        var seen = new HashSet<int>();
        var counts = new int[ClassCount];
        for (var i = 0; i < Count; i++)
            counts[_labels[i]] += _groups is null || seen.Add(_groups[i]) ? 1 : 0;
        return counts;
    }

    /// <summary>The same rows (shared, not copied) with each weight multiplied by the weight of its class.</summary>
    /// <param name="classWeights">A finite factor of at least 0 per class.</param>
    public FeatureMatrix WithClassWeights(ReadOnlySpan<float> classWeights)
    {
        CheckLength(ClassCount, classWeights.Length, "weights", of: "classes");
        var weights = new float[Count];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = WeightOf(i) * classWeights[_labels[i]];
        return new FeatureMatrix(ClassNames, FeatureCount, _values, _labels, weights, _groups);
    }

    /// <summary>The same rows (shared, not copied) in groups.</summary>
    /// <param name="groups">A number for each row; rows with equal numbers are not parted by splits.</param>
    public FeatureMatrix WithGroups(ReadOnlySpan<int> groups)
    {
        CheckLength(Count, groups.Length, "groups");
        return new FeatureMatrix(ClassNames, FeatureCount, _values, _labels, _weights, groups.ToArray());
    }

    /// <summary>Rows with as many zeros as there are to be features, with the labels, weights and groups of these.</summary>
    /// <param name="featureCount">Features per row.</param>
    public FeatureMatrix WithZeros(int featureCount) =>
        new(ClassNames, featureCount, new float[checked(Count * StrideOf(featureCount))], _labels, _weights, _groups);

    /// <summary>Factors that give every class the same total weight, with the overall total unchanged.</summary>
    public float[] BalancedClassWeights()
    {
        var totals = ClassTotals();
        var present = totals.Count(total => total > 0);
        var share = totals.Sum() / Math.Max(1, present);
        return Array.ConvertAll(totals, total => total > 0 ? (float)(share / total) : 0f);
    }

    /// <summary>A copy of the chosen rows, in the order given; a row may be chosen more than once.</summary>
    public FeatureMatrix Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var stride = Stride;
        var values = new float[checked(indices.Count * stride)];
        for (var i = 0; i < indices.Count; i++)
            _values.AsSpan(indices[i] * stride, stride).CopyTo(values.AsSpan(i * stride));
        return new FeatureMatrix(ClassNames, FeatureCount, values, Chosen(_labels)!, Chosen(_weights), Chosen(_groups));

        T[]? Chosen<T>(T[]? of) => of is null ? null : [.. indices.Select(i => of[i])];
    }

    /// <summary>16 hexadecimal digits of the SHA-256 of labels, weights and features.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(Labels));
        hash.AppendData(MemoryMarshal.AsBytes(Weights));
        for (var i = 0; i < Count; i++)
            hash.AppendData(MemoryMarshal.AsBytes(Row(i)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // Whole vectors of 8, and no multiple of 512 bytes, which would let all rows compete for a few cache sets.
    internal static int StrideOf(int featureCount)
    {
        var padded = checked((featureCount + 7) / 8 * 8);
        return padded % 128 == 0 ? padded + 16 : padded;
    }

    private static void CheckLength(int needed, int given, string what, bool optional = false, string of = "rows")
    {
        if (given != needed && !(optional && given == 0))
            throw new ArgumentException($"{needed} {of} need as many {what}, not {given}.", what);
    }
}

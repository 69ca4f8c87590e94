namespace MlPipeline.Pipeline.Features;

/// <summary>Collects rows one at a time into a <see cref="FeatureMatrix"/>.</summary>
public sealed class FeatureMatrixBuilder
{
    private readonly int _featureCount;
    private readonly IReadOnlyList<string> _classNames;
    private readonly int _stride;
    private readonly List<int> _labels;
    private readonly List<float> _weights = [];
    private readonly List<int> _groups = [];
    private float[] _values;

    /// <summary>Starts an empty set.</summary>
    /// <param name="featureCount">Features per row, at least 1.</param>
    /// <param name="classNames">The names of the classes, at least 1.</param>
    /// <param name="capacity">The number of rows expected; more may come.</param>
    public FeatureMatrixBuilder(int featureCount, IReadOnlyList<string> classNames, int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        if (classNames.Count == 0)
            throw new ArgumentException("There is no class.", nameof(classNames));
        (_featureCount, _classNames, _stride) = (featureCount, classNames, FeatureMatrix.StrideOf(featureCount));
        _labels = new List<int>(capacity);
        _values = new float[checked(capacity * _stride)];
    }

    /// <summary>The number of rows so far.</summary>
    public int Count => _labels.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="features">K finite features.</param>
    /// <param name="label">Its class, from 0.</param>
    /// <param name="weight">Its weight, finite and at least 0.</param>
    /// <param name="group">A number that it shares with the rows from which it must not be parted; of all rows or of
    /// none.</param>
    /// <exception cref="ArgumentException">The row has another length, a feature or the weight is out of range, or the label is
    /// no class; the message names the row.</exception>
    public void Add(ReadOnlySpan<float> features, int label, float weight = 1f, int? group = null)
    {
        var row = _labels.Count;
        if (features.Length != _featureCount)
            throw new ArgumentException($"Row {row} has {features.Length} features, not {_featureCount}.", nameof(features));
        if ((uint)label >= (uint)_classNames.Count)
        {
            throw new ArgumentException($"Row {row} has the label {label}; it must be 0 to {_classNames.Count - 1}.",
                nameof(label));
        }

        if (!(weight >= 0f && weight < float.PositiveInfinity))
            throw new ArgumentException($"Row {row} has the weight {weight}; it must be finite and at least 0.", nameof(weight));
        if (group is null != (_groups.Count == 0) && row > 0)
        {
            throw new ArgumentException($"Row {row} must {(group is null ? "" : "not ")}have a group, as the rows before it.",
                nameof(group));
        }

        for (var k = 0; k < features.Length; k++)
        {
            if (!float.IsFinite(features[k]))
                throw new ArgumentException($"Row {row} has {features[k]} for feature {k}; it must be finite.", nameof(features));
        }

        var offset = checked(row * _stride);
        if (offset + _stride > _values.Length)
        {
            Array.Resize(ref _values,
                (int)Math.Clamp(2L * _values.Length, Math.Max(64L * _stride, offset + _stride), Array.MaxLength));
        }

        features.CopyTo(_values.AsSpan(offset));
        _labels.Add(label);
        _weights.Add(weight);
        if (group is { } number)
            _groups.Add(number);
    }

    /// <summary>The rows added, which the matrix holds from now on: a builder builds once.</summary>
    public FeatureMatrix Build()
    {
        Array.Resize(ref _values, _labels.Count * _stride);
        return new FeatureMatrix(_classNames, _featureCount, _values, [.. _labels],
            _weights.TrueForAll(weight => weight == 1f) ? null : [.. _weights], _groups.Count == 0 ? null : [.. _groups]);
    }
}

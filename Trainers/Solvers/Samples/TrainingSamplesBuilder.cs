namespace MlPipeline.Optimizers;

/// <summary>Collects examples one at a time into <see cref="TrainingSamples"/>.</summary>
public sealed class TrainingSamplesBuilder
{
    private readonly int _featureCount;
    private readonly int _classCount;
    private readonly int _stride;
    private readonly List<int> _labels;
    private float[] _rows;
    private List<float>? _weights;

    /// <summary>Starts an empty set.</summary>
    /// <param name="featureCount">Features per row, at least 1.</param>
    /// <param name="classCount">The number of classes, at least 1.</param>
    /// <param name="capacity">The number of rows expected; more may come.</param>
    public TrainingSamplesBuilder(int featureCount, int classCount, int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _featureCount = featureCount;
        _classCount = classCount;
        _stride = Padding.StrideOf(featureCount);
        _labels = new List<int>(capacity);
        _rows = capacity == 0 ? [] : new float[checked(capacity * _stride)];
    }

    /// <summary>The number of rows so far.</summary>
    public int Count => _labels.Count;

    /// <summary>Adds an example.</summary>
    /// <exception cref="ArgumentException">The row has another length, a feature or the weight is not finite, the weight is
    /// negative, or the label is no class.</exception>
    public void Add(ReadOnlySpan<float> features, int label, float weight = 1f)
    {
        var row = _labels.Count;
        if (features.Length != _featureCount)
            throw new ArgumentException($"Row {row} has {features.Length} features, not {_featureCount}.", nameof(features));

        if ((uint)label >= (uint)_classCount)
            throw new ArgumentException($"Row {row} has the label {label}; it must be 0 to {_classCount - 1}.", nameof(label));

        if (!(weight >= 0f && weight < float.PositiveInfinity))
            throw new ArgumentException($"Row {row} has the weight {weight}; it must be finite and at least 0.", nameof(weight));

        if (!Padding.AllFinite(features))
            throw new ArgumentException($"Row {row} has a feature that is not a finite number.", nameof(features));

        var offset = checked(row * _stride);
        if (offset + _stride > _rows.Length)
            Grow(offset + _stride);

        features.CopyTo(_rows.AsSpan(offset));
        _labels.Add(label);
        if (weight != 1f && _weights is null)
            _weights = [.. Enumerable.Repeat(1f, row)];

        _weights?.Add(weight);
    }

    /// <summary>The examples added; the builder is empty afterwards.</summary>
    public TrainingSamples Build()
    {
        var used = _labels.Count * _stride;
        if (_rows.Length != used)
            Array.Resize(ref _rows, used);

        var samples = new TrainingSamples(_rows, _stride, _featureCount, [.. _labels], _weights?.ToArray(), _classCount);
        _rows = [];
        _labels.Clear();
        _weights = null;
        return samples;
    }

    private void Grow(int needed)
    {
        var doubled = Math.Min(2L * _rows.Length, Array.MaxLength);
        Array.Resize(ref _rows, (int)Math.Max(Math.Max(needed, doubled), 64L * _stride > Array.MaxLength ? needed : 64L * _stride));
    }
}

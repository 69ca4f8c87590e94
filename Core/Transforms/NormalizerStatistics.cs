using System.Numerics;

namespace MlPipeline.Core;

/// <summary>Gathers what a column's normaliser needs, row by row.</summary>
internal abstract class NormalizerStatistics
{
    /// <summary>Statistics of a column of floats or doubles, or of vectors of them of known size.</summary>
    public static NormalizerStatistics Create(NormalizerColumn options, DataViewSchema.Column column) =>
        column.Type.GetItemType() == NumberDataViewType.Single
            ? new NormalizerStatistics<float>(options, column)
            : new NormalizerStatistics<double>(options, column);

    /// <summary>Starts reading a pass.</summary>
    public abstract void Attach(DataViewRow row);

    /// <summary>Takes in the current row; false when no further row is wanted.</summary>
    public abstract bool Add();

    public abstract NormalizerFunction ToFunction();
}

/// <inheritdoc/>
internal sealed class NormalizerStatistics<T> : NormalizerStatistics
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NormalizerColumn _options;
    private readonly DataViewSchema.Column _column;
    private readonly bool _isVector;
    private readonly T[] _values;
    private readonly T[] _min;
    private readonly T[] _max;
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly long[] _count;
    private ValueGetter<T>? _scalar;
    private ValueGetter<VBuffer<T>>? _vector;
    private VBuffer<T> _buffer;
    private long _rows;

    public NormalizerStatistics(NormalizerColumn options, DataViewSchema.Column column)
    {
        _options = options;
        _column = column;
        _isVector = column.Type is VectorDataViewType;
        int size = column.Type.GetValueCount();
        _values = new T[size];
        _min = new T[size];
        _max = new T[size];
        _mean = new double[size];
        _squares = new double[size];
        _count = new long[size];
        _min.AsSpan().Fill(T.PositiveInfinity);
        _max.AsSpan().Fill(T.NegativeInfinity);
    }

    public override void Attach(DataViewRow row)
    {
        if (_isVector)
            _vector = row.GetGetter<VBuffer<T>>(_column);
        else
            _scalar = row.GetGetter<T>(_column);
    }

    public override bool Add()
    {
        if (_rows >= _options.MaximumExampleCount)
            return false;
        _rows++;
        if (_vector is not null)
        {
            _vector(ref _buffer);
            if (_buffer.Length != _values.Length)
                throw new InvalidDataException(
                    $"Column '{_column.Name}' has a vector of {_buffer.Length} slots where its type says {_values.Length}.");
            _buffer.CopyTo(_values);
        }
        else
        {
            _scalar!(ref _values[0]);
        }

        if (_options.Kind == NormalizationKind.MinMax)
            AddToRange();
        else
            AddToMoments();
        return true;
    }

    public override NormalizerFunction ToFunction()
    {
        int size = _values.Length;
        var scale = new T[size];
        var offset = new T[size];
        for (int i = 0; i < size; i++)
        {
            (scale[i], offset[i]) = (_options.Kind, _options.UseCdf) switch
            {
                (NormalizationKind.MinMax, _) => FromRange(_min[i], _max[i]),
                (_, true) => (T.CreateSaturating(Deviation(i)), T.CreateSaturating(_mean[i])),
                _ => FromMoments(i),
            };
        }

        return new NormalizerFunction<T>(_isVector, _options.UseCdf, scale, offset);
    }

    // NaN changes neither end.
    private void AddToRange()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i] < _min[i])
                _min[i] = _values[i];
            if (_values[i] > _max[i])
                _max[i] = _values[i];
        }
    }

    // Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4(3), 1962.
    private void AddToMoments()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            double value = double.CreateSaturating(_values[i]);
            if (!double.IsFinite(value))
                continue;
            double delta = value - _mean[i];
            _mean[i] += delta / ++_count[i];
            _squares[i] += delta * (value - _mean[i]);
        }
    }

    // A slot without any spread becomes 0.
    private (T Scale, T Offset) FromRange(T min, T max)
    {
        if (!(max > min))
            return (T.Zero, T.Zero);
        return _options.FixZero
            ? (T.One / T.Max(T.Abs(max), T.Abs(min)), T.Zero)
            : (T.One / (max - min), min);
    }

    private double Deviation(int slot) => _count[slot] > 0 ? Math.Sqrt(_squares[slot] / _count[slot]) : 0;

    private (T Scale, T Offset) FromMoments(int slot)
    {
        double deviation = Deviation(slot);
        if (!(deviation > 0))
            return (T.Zero, T.Zero);
        return _options.FixZero
            ? (T.One / T.CreateSaturating(Math.Sqrt((deviation * deviation) + (_mean[slot] * _mean[slot]))), T.Zero)
            : (T.One / T.CreateSaturating(deviation), T.CreateSaturating(_mean[slot]));
    }
}

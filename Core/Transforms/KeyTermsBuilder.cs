namespace MlPipeline.Core;

/// <summary>Gathers the terms of a column, in the order in which they first occur, up to a number.</summary>
internal abstract class KeyTermsBuilder
{
    public static KeyTermsBuilder Create(DataViewRow row, DataViewSchema.Column column, int maximum, bool byValue) =>
        (KeyTermsBuilder)GenericCall.Invoke(
            typeof(KeyTermsBuilder), null, nameof(CreateCore), [column.Type.GetItemType().RawType], row, column, maximum,
            byValue);

    /// <summary>Takes in the current row; false when no further row can add anything.</summary>
    public abstract bool Add();

    public abstract KeyTerms ToTerms();

    private static Builder<T> CreateCore<T>(DataViewRow row, DataViewSchema.Column column, int maximum, bool byValue)
        where T : notnull => new(row, column, maximum, byValue);

    private sealed class Builder<T> : KeyTermsBuilder
        where T : notnull
    {
        private readonly PrimitiveDataViewType _type;
        private readonly int _maximum;
        private readonly bool _byValue;
        private readonly ValueGetter<T>? _scalar;
        private readonly ValueGetter<VBuffer<T>>? _vector;
        private readonly Func<T, bool> _isMissing;
        private readonly HashSet<T> _known = new(TermComparer.For<T>());
        private readonly List<T> _terms = [];
        private T _value = default!;
        private VBuffer<T> _buffer;

        public Builder(DataViewRow row, DataViewSchema.Column column, int maximum, bool byValue)
        {
            _type = (PrimitiveDataViewType)column.Type.GetItemType();
            _maximum = maximum;
            _byValue = byValue;
            _isMissing = TermComparer.MissingOf<T>(_type is KeyDataViewType);
            if (column.Type is VectorDataViewType)
                _vector = row.GetGetter<VBuffer<T>>(column);
            else
                _scalar = row.GetGetter<T>(column);
        }

        public override bool Add()
        {
            if (_terms.Count >= _maximum)
                return false;
            if (_scalar is not null)
            {
                _scalar(ref _value);
                Add(_value);
                return true;
            }

            _vector!(ref _buffer);
            foreach (T value in _buffer.DenseValues())
                Add(value);
            return true;
        }

        public override KeyTerms ToTerms()
        {
            if (_byValue)
                _terms.Sort(TermComparer.OrderOf<T>());
            return new KeyTerms<T>(_type, [.. _terms]);
        }

        private void Add(T value)
        {
            if (_terms.Count >= _maximum || _isMissing(value) || _known.Contains(value))
                return;

            // Text may lie in a buffer that the next row overwrites.
            T kept = value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value;
            _known.Add(kept);
            _terms.Add(kept);
        }
    }
}

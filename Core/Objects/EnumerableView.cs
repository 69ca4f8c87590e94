namespace MlPipeline.Core;

/// <summary>A sequence of objects as a data view; it is enumerated anew in every pass, and not before a cursor moves.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> data, ObjectReader<TRow> reader) : IDataView
    where TRow : class
{
    public DataViewSchema Schema => reader.Schema;

    public bool CanShuffle => data is IReadOnlyList<TRow>;

    public long? GetRowCount() => data switch
    {
        ICollection<TRow> collection => collection.Count,
        IReadOnlyCollection<TRow> collection => collection.Count,
        _ => null,
    };

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        IEnumerable<(TRow, long)> rows = rand != null && data is IReadOnlyList<TRow> list
            ? Shuffled(list, rand)
            : data.Select((row, i) => (row, (long)i));
        return new Cursor(reader, rows, MappedColumns.ActiveFlags(Schema, columnsNeeded));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static IEnumerable<(TRow, long)> Shuffled(IReadOnlyList<TRow> list, Random rand)
    {
        int[] order = Enumerable.Range(0, list.Count).ToArray();
        rand.Shuffle(order);
        foreach (int i in order)
            yield return (list[i], i);
    }

    private sealed class Cursor(ObjectReader<TRow> reader, IEnumerable<(TRow Row, long Number)> rows, bool[] active)
        : ColumnCursor(reader.Schema, active)
    {
        private readonly RowHolder<TRow> _holder = new();
        private IEnumerator<(TRow Row, long Number)>? _rows;
        private long _position = -1;
        private long _number;
        private bool _done;

        public override long Position => _position;

        public override bool MoveNext()
        {
            if (_done)
                return false;
            _rows ??= rows.GetEnumerator();
            if (!_rows.MoveNext())
            {
                _done = true;
                _position = -1;
                _holder.Current = null;
                return false;
            }
            (TRow row, _number) = _rows.Current;
            _position++;
            _holder.Current = row
                ?? throw new InvalidOperationException($"Row {_number} of the {typeof(TRow).Name} sequence is null.");
            return true;
        }

        protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column) =>
            reader.CreateGetter<TValue>(column, _holder);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            _holder.Require();
            id = new DataViewRowId((ulong)_number, 0);
        };

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _done = true;
                _position = -1;
                _holder.Current = null;
                _rows?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

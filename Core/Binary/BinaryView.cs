namespace MlPipeline.Core;

/// <summary>The rows of a binary file, read anew by each cursor. Only active columns are decoded.</summary>
internal sealed class BinaryView : IDataView
{
    private readonly IMultiStreamSource _source;
    private readonly long? _count;

    public BinaryView(IMultiStreamSource source)
    {
        _source = source;
        using BinaryBlockReader reader = new(source);
        Schema = reader.Schema;
        _count = reader.ReadRowCount();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(Schema, MappedColumns.ActiveFlags(Schema, columnsNeeded), _source);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewSchema schema, bool[] active, IMultiStreamSource source) : ColumnCursor(schema, active)
    {
        private readonly BinaryColumn?[] _columns =
            [.. schema.Select(column => active[column.Index] ? BinaryColumn.Create(column.Type) : null)];

        private BinaryBlockReader? _reader;
        private int _rows;
        private int _row = -1;
        private long _position = -1;
        private bool _done;

        public override long Position => _position;

        public override bool MoveNext()
        {
            if (_done)
                return false;
            if (++_row == _rows)
            {
                _reader ??= new BinaryBlockReader(source);
                _rows = _reader.ReadBlock(_columns, _position + 1);
                _row = 0;
            }

            if (_rows == 0)
            {
                End();
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            Row();
            id = new DataViewRowId((ulong)_position, 0);
        };

        protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column) =>
            _columns[column.Index]!.CreateGetter(Row) as ValueGetter<TValue>
                ?? throw Errors.GetterType(column.Name, Schema[column.Index].Type, typeof(TValue));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                End();
            base.Dispose(disposing);
        }

        private int Row() => _position >= 0 ? _row : throw Errors.NotMoved("A value was asked for");

        private void End()
        {
            _done = true;
            _position = -1;
            _reader?.Dispose();
        }
    }
}

namespace MlPipeline.Pipeline.Transformers;

/// <summary>A data view with the added columns of a mapping.</summary>
internal sealed class MappedView : IDataView
{
    private readonly IDataView _source;
    private readonly RowMapping _mapping;

    public MappedView(IDataView source, RowMapping mapping)
    {
        _source = source;
        _mapping = mapping;
    }

    public DataViewSchema Schema => _mapping.OutputSchema;

    public bool CanShuffle => _source.CanShuffle;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = _mapping.Active(columnsNeeded);
        return new Cursor(_source.GetRowCursor(_mapping.InputColumns(active), rand), _mapping, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = _mapping.Active(columnsNeeded);
        var cursors = _source.GetRowCursorSet(_mapping.InputColumns(active), n, rand);
        return Array.ConvertAll<DataViewRowCursor, DataViewRowCursor>(cursors, c => new Cursor(c, _mapping, active));
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly MappedColumns _columns;

        public Cursor(DataViewRowCursor input, RowMapping mapping, bool[] active)
        {
            _input = input;
            _columns = new MappedColumns(input, mapping, active);
        }

        public override DataViewSchema Schema => _columns.Mapping.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override bool MoveNext() => _input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }
    }
}

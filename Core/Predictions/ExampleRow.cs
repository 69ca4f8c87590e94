namespace MlPipeline.Core;

/// <summary>A row whose values are those of whatever object it was moved to.</summary>
internal sealed class ExampleRow<TRow>(ObjectReader<TRow> reader) : DataViewRow
    where TRow : class
{
    private readonly RowHolder<TRow> _holder = new();
    private bool[] _active = new bool[reader.Schema.Count];
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => reader.Schema;

    public void Activate(IEnumerable<DataViewSchema.Column> columns) => _active = MappedColumns.ActiveFlags(Schema, columns);

    public void Move(TRow row)
    {
        _holder.Current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        Schema.CheckColumn(column);
        return _active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Schema.CheckActive(column, _active);
        return reader.CreateGetter<TValue>(column, _holder);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}

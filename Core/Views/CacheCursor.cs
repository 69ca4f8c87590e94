namespace MlPipeline.Core;

/// <summary>A cursor over what a <see cref="CacheDataView"/> keeps, and over a source cursor for what it does not.</summary>
internal sealed class CacheCursor(
    DataViewSchema schema, bool[] active, CacheFill[] fills, CacheOrder order, DataViewRowCursor? rest)
    : ColumnCursor(schema, active)
{
    private long _position = -1;
    private long _row = -1;
    private bool _done;

    public override long Position => _position;

    public override long Batch => order.Batch;

    public override bool MoveNext()
    {
        if (_done)
            return false;
        long row = order.Next();
        if (Array.TrueForAll(fills, fill => fill.Ensure(row)) && (rest == null || rest.MoveNext()))
        {
            _row = row;
            _position++;
            return true;
        }
        _done = true;
        _row = -1;
        _position = -1;
        return false;
    }

    protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        CacheFill? fill = Array.Find(fills, fill => fill.Has(column.Index));
        if (fill == null)
            return rest!.GetGetter<TValue>(column);
        CacheColumn<TValue> kept = fill.Column<TValue>(column.Index)
            ?? throw Errors.GetterType(column.Name, column.Type, typeof(TValue));
        return (ref TValue value) => kept.Get(Row(), ref value);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        CacheColumn<DataViewRowId> ids = fills[0].Ids;
        return (ref DataViewRowId id) => ids.Get(Row(), ref id);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _done = true;
            _row = -1;
            rest?.Dispose();
        }
        base.Dispose(disposing);
    }

    private long Row() => _row >= 0 ? _row : throw Errors.NotMoved("A value was asked for");
}

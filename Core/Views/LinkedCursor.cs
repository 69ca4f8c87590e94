namespace MlPipeline.Core;

/// <summary>A cursor over another one, with the columns of a row that lies between them and owns the other cursor.</summary>
internal class LinkedCursor(DataViewRowCursor input, LinkedRow row) : DataViewRowCursor
{
    /// <summary>A cursor with the same columns as the other one, of which some are active.</summary>
    public LinkedCursor(DataViewRowCursor input, bool[] active)
        : this(input, new LinkedRow(input, input.Schema, active))
    {
    }

    public override long Position => row.Position;

    public sealed override long Batch => row.Batch;

    public sealed override DataViewSchema Schema => row.Schema;

    public override bool MoveNext() => input.MoveNext();

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            row.Dispose();
        base.Dispose(disposing);
    }
}

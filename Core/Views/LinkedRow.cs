namespace MlPipeline.Core;

/// <summary>A row over another one, which it owns: with the same columns, unless a deriving class finds them elsewhere.</summary>
internal class LinkedRow(DataViewRow input, DataViewSchema schema, bool[] active) : DataViewRow
{
    protected DataViewRow Input => input;

    public sealed override long Position => input.Position;

    public sealed override long Batch => input.Batch;

    public sealed override DataViewSchema Schema => schema;

    public sealed override bool IsColumnActive(DataViewSchema.Column column)
    {
        schema.CheckColumn(column);
        return active[column.Index];
    }

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        schema.CheckActive(column, active);
        return Getter<TValue>(column);
    }

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    /// <summary>The getter of a column that is known to be active.</summary>
    protected virtual ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}

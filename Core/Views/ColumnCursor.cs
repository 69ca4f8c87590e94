namespace MlPipeline.Core;

/// <summary>A cursor over rows of its own: the columns, and which of them are active.</summary>
internal abstract class ColumnCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    public override long Batch => 0;

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

    /// <summary>The getter of a column that is known to be active.</summary>
    protected abstract ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column);
}

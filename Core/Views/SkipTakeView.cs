namespace MlPipeline.Core;

/// <summary>A stretch of a view's rows, always in their own order.</summary>
internal sealed class SkipTakeView(IDataView source, long skip, long take) : IDerivedView
{
    public IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount() is long count ? Math.Min(take, Math.Max(0, count - skip)) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return new Cursor(source.GetRowCursor(Schema.Where(column => active[column.Index]).ToArray()), active, skip, take);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, bool[] active, long skip, long take) : SiftingCursor(input, active)
    {
        // The row after the last one taken is never asked for.
        protected override bool ToNext() => Given < take && (Given > 0 || Skipped()) && Advance();

        private bool Skipped()
        {
            for (long i = 0; i < skip; i++)
            {
                if (!Advance())
                    return false;
            }
            return true;
        }
    }
}

namespace MlPipeline.Core;

/// <summary>A data view of selected columns.</summary>
internal sealed class SelectedColumnsView(IDataView input, ColumnSelection selection) : IDataView
{
    public DataViewSchema Schema => selection.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Selected(input.GetRowCursor(selection.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Array.ConvertAll(
            input.GetRowCursorSet(selection.Dependencies(active), n, rand), cursor => Selected(cursor, active));
    }

    private DataViewRowCursor Selected(DataViewRowCursor cursor, bool[] active) =>
        new LinkedCursor(cursor, new SelectedRow(selection, cursor, active));
}

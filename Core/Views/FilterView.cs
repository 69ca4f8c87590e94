namespace MlPipeline.Core;

/// <summary>Those rows of a view that pass a test of some of its columns.</summary>
internal abstract class FilterView(IDataView source, params DataViewSchema.Column[] testedColumns) : IDerivedView
{
    protected DataViewSchema.Column[] TestedColumns => testedColumns;

    public IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    /// <summary>A test of the row's current values; the tested columns are active.</summary>
    protected abstract Func<bool> CreateTest(DataViewRow row);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Filtered(source.GetRowCursor(InputColumns(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Array.ConvertAll(source.GetRowCursorSet(InputColumns(active), n, rand), cursor => Filtered(cursor, active));
    }

    private DataViewRowCursor Filtered(DataViewRowCursor input, bool[] active) =>
        new FilterCursor(input, active, CreateTest(input));

    private DataViewSchema.Column[] InputColumns(bool[] active) =>
        Schema.Where(column => active[column.Index] || testedColumns.Any(tested => tested.Index == column.Index)).ToArray();
}

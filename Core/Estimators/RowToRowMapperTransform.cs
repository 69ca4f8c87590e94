namespace MlPipeline.Core;

/// <summary>A data view with a mapper's columns: only those that a cursor asks for are computed, row by row.</summary>
internal sealed class RowToRowMapperTransform(IDataView input, RowMapper mapper) : IDerivedView
{
    public IDataView Source => input;

    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Mapped(input.GetRowCursor(MappedColumns.InputsOf(mapper, active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        DataViewRowCursor[] inputs = input.GetRowCursorSet(MappedColumns.InputsOf(mapper, active), n, rand);
        return Array.ConvertAll(inputs, cursor => Mapped(cursor, active));
    }

    private DataViewRowCursor Mapped(DataViewRowCursor cursor, bool[] active) =>
        new LinkedCursor(cursor, new MappedRow(mapper, cursor, active));
}

namespace MlPipeline.Core;

internal sealed class CacheDataView(Host host, IDataView input, string[]? prefetch) : IDataView
{
    private readonly object?[] _unused = [host, prefetch];

    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => _unused.Length > 2;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        input.GetRowCursor(columnsNeeded, null);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];
}

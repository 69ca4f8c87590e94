namespace MlPipeline.Core;

/// <summary>
/// Keeps in memory what cursors asked for, column by column and row by row, so that the source is read once per column.
/// Any number of cursors on any number of threads may run at once. Columns whose values cannot be copied (those of
/// structured types other than vectors) are not kept: they are read from the source in step with the rest.
/// </summary>
internal sealed class CacheDataView : IDerivedView
{
    private readonly Lock _lock = new();
    private readonly CacheFill?[] _fills;
    private readonly List<CacheFill> _allFills = [];
    private readonly DataViewSchema.Column[] _prefetch;

    public CacheDataView(IDataView source, string[]? columnsToPrefetch)
    {
        Source = source;
        _fills = new CacheFill?[source.Schema.Count];
        _prefetch = (columnsToPrefetch ?? []).Select(name => source.Schema.Require(name, "the cache")).Where(IsKept).ToArray();
    }

    public IDataView Source { get; }

    public DataViewSchema Schema => Source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount()
    {
        lock (_lock)
            return _allFills.Select(fill => fill.KnownCount).FirstOrDefault(count => count != null) ?? Source.GetRowCount();
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        CacheFill[] fills = FillsFor(active);
        DataViewRowCursor? rest = CursorOverRest(active);
        CacheOrder order = rand == null || rest != null ? new CacheOrder.Forward() : new CacheOrder.Permuted(fills[0], rand);
        return new CacheCursor(Schema, active, fills, order, rest);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        if (n <= 1 || rand != null || Schema.Any(column => active[column.Index] && !IsKept(column)))
            return [GetRowCursor(Schema.Where(column => active[column.Index]), rand)];
        CacheFill[] fills = FillsFor(active);
        var blocks = new CacheOrder.Blocks();
        return Enumerable.Range(0, n)
            .Select(_ => (DataViewRowCursor)new CacheCursor(Schema, active, fills, new CacheOrder.Shared(blocks), null))
            .ToArray();
    }

    private static bool IsKept(DataViewSchema.Column column) => column.Type is PrimitiveDataViewType or VectorDataViewType;

    private DataViewRowCursor? CursorOverRest(bool[] active)
    {
        DataViewSchema.Column[] rest = Schema.Where(column => active[column.Index] && !IsKept(column)).ToArray();
        return rest.Length == 0 ? null : Source.GetRowCursor(rest);
    }

    // The fills that a cursor must wait for; columns that no fill has yet get one together.
    private CacheFill[] FillsFor(bool[] active)
    {
        DataViewSchema.Column[] wanted = Schema.Where(column => active[column.Index] && IsKept(column)).ToArray();
        lock (_lock)
        {
            DataViewSchema.Column[] missing = wanted.Union(_prefetch).Where(column => _fills[column.Index] == null).ToArray();
            if (missing.Length > 0 || _allFills.Count == 0)
            {
                var fill = new CacheFill(Source, missing);
                _allFills.Add(fill);
                foreach (DataViewSchema.Column column in missing)
                    _fills[column.Index] = fill;
            }
            CacheFill[] fills = wanted.Select(column => _fills[column.Index]!).Distinct().ToArray();
            return fills.Length > 0 ? fills : [_allFills[0]];
        }
    }
}

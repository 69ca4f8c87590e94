namespace MlPipeline.Core;

/// <summary>
/// One side of a random split: rows whose draw lies in [lower, upper), or those whose does not. The draw of a row is a
/// hash of its id (or of its sampling key) and the seed, so that it does not depend on the order in which rows come, and
/// both sides agree. Rows get new ids, so that a split of a split with the same seed draws anew.
/// </summary>
internal sealed class SplitView(
    IDataView source, DataViewSchema.Column? samplingKey, ulong seed, double lower, double upper, bool complement) : IDerivedView
{
    public IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    /// <summary>How many splits a view has gone through.</summary>
    public static int Depth(IDataView view)
    {
        int depth = 0;
        for (; view is IDerivedView derived; view = derived.Source)
            depth += view is SplitView ? 1 : 0;
        return depth;
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Split(source.GetRowCursor(InputColumns(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Array.ConvertAll(source.GetRowCursorSet(InputColumns(active), n, rand), cursor => Split(cursor, active));
    }

    private DataViewSchema.Column[] InputColumns(bool[] active) =>
        Schema.Where(column => active[column.Index] || column.Index == samplingKey?.Index).ToArray();

    private Forked Split(DataViewRowCursor input, bool[] active)
    {
        Func<ulong> hash = samplingKey is DataViewSchema.Column key ? ValueHash.Create(input, key) : ValueHash.OfId(input);
        bool Accept()
        {
            // The upper 53 bits make a double in [0, 1).
            double draw = (ValueHash.Mix(hash() ^ seed) >> 11) * (1.0 / (1UL << 53));
            return (lower <= draw && draw < upper) != complement;
        }
        return new Forked(new FilterCursor(input, active, Accept), active);
    }

    private sealed class Forked(FilterCursor input, bool[] active) : LinkedCursor(input, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            ValueGetter<DataViewRowId> getter = base.GetIdGetter();
            return (ref DataViewRowId id) =>
            {
                getter(ref id);
                id = id.Fork();
            };
        }
    }
}

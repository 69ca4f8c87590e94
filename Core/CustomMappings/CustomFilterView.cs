namespace MlPipeline.Core;

/// <summary>Rows for which a predicate of objects is false.</summary>
internal sealed class CustomFilterView<TSrc> : IDerivedView
    where TSrc : class, new()
{
    private readonly ObjectWriter<TSrc> _writer;
    private readonly Func<Func<TSrc, bool>> _newPredicate;
    private readonly bool _isStateful;

    public CustomFilterView(IDataView source, Func<Func<TSrc, bool>> newPredicate, bool isStateful)
    {
        Source = source;
        _writer = new ObjectWriter<TSrc>(source.Schema, ignoreMissingColumns: false, null);
        _newPredicate = newPredicate;
        _isStateful = isStateful;
    }

    public IDataView Source { get; }

    public DataViewSchema Schema => Source.Schema;

    public bool CanShuffle => !_isStateful && Source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Filtered(Source.GetRowCursor(InputColumns(active), CanShuffle ? rand : null), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        if (_isStateful)
            return [Filtered(Source.GetRowCursor(InputColumns(active)), active)];
        return Array.ConvertAll(Source.GetRowCursorSet(InputColumns(active), n, rand), cursor => Filtered(cursor, active));
    }

    private DataViewSchema.Column[] InputColumns(bool[] active)
    {
        HashSet<int> tested = _writer.Columns.Select(column => column.Index).ToHashSet();
        return Schema.Where(column => active[column.Index] || tested.Contains(column.Index)).ToArray();
    }

    private DataViewRowCursor Filtered(DataViewRowCursor input, bool[] active)
    {
        var row = new TSrc();
        Action<TSrc> fill = _writer.CreateFiller(input);
        Func<TSrc, bool> isDropped = _newPredicate();
        return new FilterCursor(input, active, () =>
        {
            fill(row);
            return !isDropped(row);
        });
    }
}

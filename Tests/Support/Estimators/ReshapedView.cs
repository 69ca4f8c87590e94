namespace MlPipeline.Tests.Support.Estimators;

/// <summary>A data view without some column, or with a column of another type that holds default values.</summary>
internal sealed class ReshapedView : IDataView
{
    private readonly IDataView _source;

    // For each column the source's index, or -1 where the values are defaults.
    private readonly int[] _sourceIndices;

    private ReshapedView(IDataView source, DataViewSchema schema, int[] sourceIndices)
    {
        _source = source;
        _sourceIndices = sourceIndices;
        Schema = schema;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.CanShuffle;

    public static IDataView Without(IDataView source, string column)
    {
        DataViewSchema.Column[] kept = [.. source.Schema.Where(candidate => candidate.Name != column)];
        DataViewSchema.Builder builder = new();
        builder.AddColumns(kept);
        return new ReshapedView(source, builder.ToSchema(), Array.ConvertAll(kept, candidate => candidate.Index));
    }

    public static IDataView WithType(IDataView source, string column, DataViewType type)
    {
        DataViewSchema.Builder builder = new();
        foreach (var candidate in source.Schema)
        {
            if (candidate.Name == column)
                builder.AddColumn(column, type);
            else
                builder.AddColumn(candidate.Name, candidate.Type, candidate.Annotations);
        }

        int[] indices = [.. source.Schema.Select(candidate => candidate.Name == column ? -1 : candidate.Index)];
        return new ReshapedView(source, builder.ToSchema(), indices);
    }

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = Active(columnsNeeded);
        return new Cursor(this, _source.GetRowCursor(SourceColumns(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = Active(columnsNeeded);
        return Array.ConvertAll(
            _source.GetRowCursorSet(SourceColumns(active), n, rand),
            cursor => (DataViewRowCursor)new Cursor(this, cursor, active));
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[Schema.Count];
        foreach (var column in columns)
            active[column.Index] = true;

        return active;
    }

    private DataViewSchema.Column[] SourceColumns(bool[] active) =>
        [.. _sourceIndices.Where((index, i) => active[i] && index >= 0).Select(index => _source.Schema[index])];

    private sealed class Cursor(ReshapedView view, DataViewRowCursor source, bool[] active) : DataViewRowCursor
    {
        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!active[column.Index])
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active.");

            var index = view._sourceIndices[column.Index];
            if (index >= 0)
                return source.GetGetter<TValue>(view._source.Schema[index]);

            if (typeof(TValue) != column.Type.RawType)
                throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");

            return (ref TValue value) => value = default!;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();

            base.Dispose(disposing);
        }
    }
}

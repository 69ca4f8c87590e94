namespace MlPipeline.Core;

/// <summary>Some columns of a schema, in some order, as a schema of their own.</summary>
internal sealed class ColumnSelection : IRowToRowMapper
{
    private readonly int[] _sources;

    /// <param name="inputSchema">The schema selected from.</param>
    /// <param name="sources">For each output column the index of the input column.</param>
    public ColumnSelection(DataViewSchema inputSchema, int[] sources)
    {
        _sources = sources;
        InputSchema = inputSchema;
        OutputSchema = DataViewSchema.FromDetached(
            [.. sources.Select(source => new DataViewSchema.DetachedColumn(inputSchema[source]))]);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column Source(DataViewSchema.Column output) => InputSchema[_sources[output.Index]];

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Dependencies(MappedColumns.ActiveFlags(OutputSchema, dependingColumns));

    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active) =>
        [.. _sources.Where((_, i) => active[i]).Distinct().Select(source => InputSchema[source])];

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema.Count != InputSchema.Count)
            throw new ArgumentException("The row has another schema than the mapper's input.", nameof(input));
        return new Row(this, input, MappedColumns.ActiveFlags(OutputSchema, activeColumns));
    }

    private sealed class Row(ColumnSelection selection, DataViewRow input, bool[] active) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => selection.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Schema.CheckColumn(column);
            return active[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Schema.CheckActive(column, active);
            return input.GetGetter<TValue>(selection.Source(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A data view of selected columns.</summary>
internal sealed class SelectedColumnsView(IDataView input, ColumnSelection selection) : IDataView
{
    public DataViewSchema Schema => selection.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return new Cursor(selection, input.GetRowCursor(selection.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
        return Array.ConvertAll(
            input.GetRowCursorSet(selection.Dependencies(active), n, rand),
            cursor => (DataViewRowCursor)new Cursor(selection, cursor, active));
    }

    private sealed class Cursor(ColumnSelection selection, DataViewRowCursor input, bool[] active) : DataViewRowCursor
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => selection.OutputSchema;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Schema.CheckColumn(column);
            return active[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Schema.CheckActive(column, active);
            return input.GetGetter<TValue>(selection.Source(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}

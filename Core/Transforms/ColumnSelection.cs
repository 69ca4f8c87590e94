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
        return new SelectedRow(this, input, MappedColumns.ActiveFlags(OutputSchema, activeColumns));
    }
}

/// <summary>A row of selected columns; owns the row with all of them.</summary>
internal sealed class SelectedRow(ColumnSelection selection, DataViewRow input, bool[] active)
    : LinkedRow(input, selection.OutputSchema, active)
{
    protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column) =>
        Input.GetGetter<TValue>(selection.Source(column));
}

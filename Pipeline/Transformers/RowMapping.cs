namespace MlPipeline.Pipeline.Transformers;

/// <summary>A <see cref="RowTransformer"/> bound to an input schema.</summary>
public abstract class RowMapping : IRowToRowMapper
{
    private readonly int _added;

    /// <summary>Makes a mapping that appends columns to a schema.</summary>
    /// <param name="inputSchema">The schema that is appended to.</param>
    /// <param name="added">The new columns; one with an old name hides the old one.</param>
    protected RowMapping(DataViewSchema inputSchema, IReadOnlyList<DataViewSchema.DetachedColumn> added)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentNullException.ThrowIfNull(added);
        InputSchema = inputSchema;
        _added = added.Count;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; }

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; }

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        ArgumentNullException.ThrowIfNull(dependingColumns);
        return InputColumns(Active(dependingColumns));
    }

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new MappedRow(input, this, Active(activeColumns));
    }

    /// <summary>The indexes of the input columns that an added column is computed from.</summary>
    /// <param name="addedColumn">From 0, among the added columns.</param>
    protected abstract IEnumerable<int> DependenciesOf(int addedColumn);

    /// <summary>Makes the getters of the active added columns over one row or cursor; an entry for an inactive one may be
    /// null.</summary>
    /// <param name="input">The row that values are read from.</param>
    /// <param name="isActive">Which added columns are asked for.</param>
    /// <returns>One <see cref="ValueGetter{TValue}"/> for each added column.</returns>
    protected abstract Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive);

    internal Delegate?[] Getters(DataViewRow input, bool[] active) => CreateGetters(input, i => active[InputSchema.Count + i]);

    internal bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
            active[CheckedIndex(column)] = true;
        return active;
    }

    internal IEnumerable<DataViewSchema.Column> InputColumns(bool[] active)
    {
        var needed = new SortedSet<int>();
        for (var i = 0; i < InputSchema.Count; i++)
        {
            if (active[i])
                needed.Add(i);
        }

        for (var i = 0; i < _added; i++)
        {
            if (active[InputSchema.Count + i])
                needed.UnionWith(DependenciesOf(i));
        }

        return [.. needed.Select(i => InputSchema[i])];
    }

    internal int CheckedIndex(DataViewSchema.Column column)
    {
        if (column.Index < 0 || column.Index >= OutputSchema.Count || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not of this schema.", nameof(column));
        return column.Index;
    }
}

namespace MlPipeline.Core;

/// <summary>
/// New columns over rows of one input schema. Outputs are numbered from 0 in the order of <see cref="OutputColumns"/>; they
/// stand after the input's columns in <see cref="OutputSchema"/>.
/// </summary>
internal abstract class RowMapper
{
    private DataViewSchema.DetachedColumn[]? _outputColumns;
    private DataViewSchema? _outputSchema;

    protected RowMapper(DataViewSchema inputSchema) => InputSchema = inputSchema;

    public DataViewSchema InputSchema { get; }

    /// <summary>The new columns with types and annotations.</summary>
    public DataViewSchema.DetachedColumn[] OutputColumns => _outputColumns ??= GetOutputColumnsCore();

    public DataViewSchema OutputSchema => _outputSchema ??= DataViewSchema.FromDetached(
        [.. InputSchema.Select(column => new DataViewSchema.DetachedColumn(column)), .. OutputColumns]);

    protected abstract DataViewSchema.DetachedColumn[] GetOutputColumnsCore();

    /// <summary>The indices of the input columns that an output is computed from.</summary>
    public abstract IEnumerable<int> GetDependencies(int output);

    /// <summary>
    /// A <see cref="ValueGetter{TValue}"/> of the output's raw type over the input's current row. The input has at least
    /// the dependencies active. Buffers that the getter keeps belong to it: a getter serves one cursor on one thread.
    /// </summary>
    public abstract Delegate CreateGetter(DataViewRow input, int output);

    /// <summary>
    /// The getters of all active outputs (null for the others). Override when outputs are computed together, or when the
    /// getters hold something that must be disposed with the row.
    /// </summary>
    public virtual Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isOutputActive, out Action? disposer)
    {
        disposer = null;
        var getters = new Delegate?[OutputColumns.Length];
        for (int i = 0; i < getters.Length; i++)
            getters[i] = isOutputActive(i) ? CreateGetter(input, i) : null;
        return getters;
    }
}

namespace MlPipeline.Pipeline;

/// <summary>
/// Base of the transformers that add columns which depend on the same row only. Lazy: nothing is computed before a cursor or a
/// prediction engine asks for a value of an added column. Uses only what ML.NET makes public.
/// </summary>
public abstract class RowTransformer : ITransformer, IArchivedTransformer
{
    /// <summary>For deriving classes.</summary>
    protected RowTransformer()
    {
    }

    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public virtual bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema).OutputSchema;
    }

    /// <inheritdoc/>
    public virtual IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    /// <inheritdoc/>
    public virtual IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema);
    }

    /// <inheritdoc/>
    public abstract void Write(ArchiveWriter writer);

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException($"{GetType().Name} is saved with ModelArchive.Save, together with the backbone it needs; not with Model.Save.");

    /// <summary>Checks the input columns and settles the types of the added ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    protected internal abstract RowMapping Bind(DataViewSchema inputSchema);
}

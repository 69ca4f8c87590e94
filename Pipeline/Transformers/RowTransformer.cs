using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>
/// Base of the transformers that add columns which depend on the same row only. Lazy: nothing is computed before a cursor or a
/// prediction engine asks for a value of an added column. Saved and loaded by ML.NET in its own model files.
/// </summary>
public abstract class RowTransformer : ITransformer
{
    /// <summary>For deriving classes.</summary>
    protected RowTransformer()
    {
    }

    /// <summary>What tells the reader of a model file who reads this, such as <c>heatmap</c>; never changed once files with it
    /// exist (<see cref="SavedTransformerAttribute{T}"/>).</summary>
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

    /// <summary>Writes the state that the reader of this kind makes an equal transformer from.</summary>
    public abstract void Write(ModelWriter writer);

    void ICanSaveModel.Save(ModelSaveContext ctx) => SavedTransformer.Save(ctx, this);

    /// <summary>Checks the input columns and settles the types of the added ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    protected internal abstract RowMapping Bind(DataViewSchema inputSchema);
}

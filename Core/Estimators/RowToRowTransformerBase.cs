namespace MlPipeline.Core;

/// <summary>
/// The base of transformers that add columns to each row by itself. A deriving class supplies a <c>RowMapper</c> for an input
/// schema (which checks the columns it needs) and saves its own fields; lazy transformation, row mapping and output
/// schema follow. See also <see cref="OneToOneTransformerBase"/>.
/// </summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase(Host host) => Host = host;

    internal Host Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The input's columns, followed by the new ones.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MakeRowMapper(inputSchema).OutputSchema;
    }

    /// <summary>The data with the new columns, computed when asked for.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowToRowMapperTransform(input, MakeRowMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new MappedRowMapper(MakeRowMapper(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    /// <summary>A mapper for rows of that schema; throws when columns are missing or of a wrong type.</summary>
    private protected abstract RowMapper MakeRowMapper(DataViewSchema inputSchema);

    /// <summary>Signs (<c>ctx.SetSignature</c>) and writes what the loader in <c>ModelLoaders</c> reads.</summary>
    private protected abstract void SaveModel(ModelSaveContext ctx);
}

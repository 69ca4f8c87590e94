namespace MlPipeline.Core;

/// <summary>
/// Keeps columns, in the order in which they are named, or drops some. Columns hidden by later ones of the same name are dropped
/// unless asked for.
/// </summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Signature = "SelectColumns";

    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(Host host, string[]? keepColumns, string[]? dropColumns, bool keepHidden)
    {
        string[] names = keepColumns ?? dropColumns ?? throw new ArgumentNullException(nameof(keepColumns));
        if (names.Length == 0 || names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("Name at least one column; no name may be empty.", nameof(keepColumns));
        Host = host;
        Drops = keepColumns is null;
        ColumnNames = [.. names.Distinct()];
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal Host Host { get; }

    /// <summary>Whether the named columns are those to drop.</summary>
    internal bool Drops { get; }

    internal string[] ColumnNames { get; }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) =>
        new ColumnSelection(inputSchema, Select(inputSchema)).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SelectedColumnsView(input, new ColumnSelection(input.Schema, Select(input.Schema)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ColumnSelection(inputSchema, Select(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(Drops);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(ColumnNames.Length);
        foreach (string name in ColumnNames)
            ctx.Writer.Write(name);
    }

    internal static ColumnSelectingTransformer Load(ModelLoadContext ctx)
    {
        bool drops = ctx.Reader.ReadBoolean();
        bool keepHidden = ctx.Reader.ReadBoolean();
        var names = new string[ctx.ReadCount()];
        ctx.Check(names.Length > 0, "no columns");
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.ReadName();
        return new ColumnSelectingTransformer(ctx.Host, drops ? null : names, drops ? names : null, keepHidden);
    }

    private int[] Select(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (string name in ColumnNames)
            schema.Require(name, nameof(ColumnSelectingTransformer));
        IEnumerable<DataViewSchema.Column> candidates = schema.Where(column => _keepHidden || !column.IsHidden);
        IEnumerable<DataViewSchema.Column> selected = Drops
            ? candidates.Where(column => !ColumnNames.Contains(column.Name))
            : ColumnNames.SelectMany(name => candidates.Where(column => column.Name == name));
        return [.. selected.Select(column => column.Index)];
    }
}

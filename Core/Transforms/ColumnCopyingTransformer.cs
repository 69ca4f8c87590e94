namespace MlPipeline.Core;

/// <summary>Gives columns again under other names, with their annotations.</summary>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "CopyColumns";

    internal ColumnCopyingTransformer(Host host, IEnumerable<(string OutputColumnName, string InputColumnName)> columns)
        : base(host, columns)
    {
    }

    internal static ColumnCopyingTransformer Load(ModelLoadContext ctx) => new(ctx.Host, ctx.ReadPairs());

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.WritePairs(ColumnPairs);
    }

    private sealed class Mapper(DataViewSchema inputSchema, ColumnCopyingTransformer parent)
        : OneToOneRowMapper(inputSchema, parent)
    {
        public override Delegate CreateGetter(DataViewRow input, int output) => input.GetGetter(InputColumns[output]);

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            [.. InputColumns.Select(
                (column, i) => new DataViewSchema.DetachedColumn(OutputName(i), column.Type, column.Annotations))];
    }
}

namespace MlPipeline.Core;

/// <summary>Brings columns to a common range, as learned by a <see cref="NormalizingEstimator"/>.</summary>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "Normalize";

    private readonly NormalizerFunction[] _functions;

    internal NormalizingTransformer(
        Host host, (string OutputColumnName, string InputColumnName)[] columns, NormalizerFunction[] functions)
        : base(host, columns) => _functions = functions;

    internal static NormalizingTransformer Load(ModelLoadContext ctx)
    {
        (string, string)[] columns = ctx.ReadPairs();
        var functions = new NormalizerFunction[columns.Length];
        for (int i = 0; i < functions.Length; i++)
            functions[i] = NormalizerFunction.Load(ctx);
        return new NormalizingTransformer(ctx.Host, columns, functions);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.WritePairs(ColumnPairs);
        foreach (NormalizerFunction function in _functions)
            function.Save(ctx.Writer);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly NormalizerFunction[] _functions;

        public Mapper(DataViewSchema inputSchema, NormalizingTransformer parent)
            : base(inputSchema, parent)
        {
            _functions = parent._functions;
            for (int i = 0; i < _functions.Length; i++)
            {
                NormalizerFunction function = _functions[i];
                DataViewType type = InputColumns[i].Type;
                if (type is VectorDataViewType != function.IsVector
                    || type.GetValueCount() != function.Size
                    || !type.GetItemType().Equals(function.ItemType))
                {
                    string expected = function.IsVector
                        ? $"a vector of {function.Size} x {function.ItemType}"
                        : $"{function.ItemType}";
                    throw Errors.ColumnType("input", InputColumns[i].Name, expected, type.ToString()!);
                }
            }
        }

        public override Delegate CreateGetter(DataViewRow input, int output) =>
            _functions[output].CreateGetter(input, InputColumns[output]);

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            [.. InputColumns.Select((column, i) =>
                new DataViewSchema.DetachedColumn(OutputName(i), column.Type, NormalizedAnnotations.Of(column)))];
    }
}

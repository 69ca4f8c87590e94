namespace MlPipeline.Core;

/// <summary>Numbers the values of columns, as learned by a <see cref="ValueToKeyMappingEstimator"/>.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "MapValueToKey";

    private readonly KeyTerms[] _terms;
    private readonly bool _asText;

    internal ValueToKeyMappingTransformer(
        Host host, (string OutputColumnName, string InputColumnName)[] columns, KeyTerms[] terms, bool asText)
        : base(host, columns)
    {
        _terms = terms;
        _asText = asText;
    }

    internal static ValueToKeyMappingTransformer Load(ModelLoadContext ctx)
    {
        bool asText = ctx.Reader.ReadBoolean();
        (string, string)[] columns = ctx.ReadPairs();
        var terms = new KeyTerms[columns.Length];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = ctx.Version == 1 ? KeyTerms.LoadFirstLayout(ctx) : KeyTerms.Load(ctx);
        return new ValueToKeyMappingTransformer(ctx.Host, columns, terms, asText);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 2);
        ctx.Writer.Write(_asText);
        ctx.Writer.WritePairs(ColumnPairs);
        foreach (KeyTerms terms in _terms)
            terms.Save(ctx.Writer);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly ValueToKeyMappingTransformer _parent;

        public Mapper(DataViewSchema inputSchema, ValueToKeyMappingTransformer parent)
            : base(inputSchema, parent)
        {
            _parent = parent;
            for (int i = 0; i < InputColumns.Length; i++)
            {
                KeyTerms terms = parent._terms[i];
                if (!terms.Takes(InputColumns[i].Type.GetItemType()))
                    throw Errors.ColumnType(
                        "input", InputColumns[i].Name, $"{terms.ItemType} or a vector of it", InputColumns[i].Type.ToString()!);
            }
        }

        public override Delegate CreateGetter(DataViewRow input, int output) =>
            _parent._terms[output].CreateGetter(input, InputColumns[output]);

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [.. InputColumns.Select((column, i) =>
        {
            KeyTerms terms = _parent._terms[i];
            DataViewType type = column.Type is VectorDataViewType vector
                ? new VectorDataViewType(terms.KeyType, vector.Dimensions)
                : terms.KeyType;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (column.HasSlotNames())
                annotations.Add(column.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            terms.Annotate(annotations, column, _parent._asText);
            return new DataViewSchema.DetachedColumn(OutputName(i), type, annotations.ToAnnotations());
        })];
    }
}

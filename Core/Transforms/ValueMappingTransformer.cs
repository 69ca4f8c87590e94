namespace MlPipeline.Core;

/// <summary>Looks values up in a map; see <see cref="ValueMappingEstimator"/>.</summary>
public sealed class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "MapValue";

    internal ValueMappingTransformer(
        Host host, IEnumerable<(string OutputColumnName, string InputColumnName)> columns, ValueMap map)
        : base(host, columns) => Map = map;

    internal ValueMap Map { get; }

    internal static ValueMappingTransformer Load(ModelLoadContext ctx)
    {
        (string, string)[] columns = ctx.ReadPairs();
        var map = new ValueMap(KeyTerms.Load(ctx), MappedValues.Load(ctx));
        ctx.Check(map.Keys.Count == map.Values.Count, $"{map.Keys.Count} keys with {map.Values.Count} values");
        return new ValueMappingTransformer(ctx.Host, columns, map);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.WritePairs(ColumnPairs);
        Map.Keys.Save(ctx.Writer);
        Map.Values.Save(ctx.Writer);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly ValueMap _map;

        public Mapper(DataViewSchema inputSchema, ValueMappingTransformer parent)
            : base(inputSchema, parent)
        {
            _map = parent.Map;
            foreach (DataViewSchema.Column column in InputColumns)
            {
                bool isVectorOfVectors = column.Type is VectorDataViewType && _map.Values.Type is VectorDataViewType;
                if (isVectorOfVectors || !_map.Keys.Takes(column.Type.GetItemType()))
                    throw Errors.ColumnType("input", column.Name, _map.Expected, column.Type.ToString()!);
            }
        }

        public override Delegate CreateGetter(DataViewRow input, int output) =>
            _map.Values.CreateGetter(_map.Keys.CreateGetter(input, InputColumns[output]));

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [.. InputColumns.Select((column, i) =>
        {
            DataViewType type = column.Type is VectorDataViewType vector
                ? new VectorDataViewType((PrimitiveDataViewType)_map.Values.Type, vector.Dimensions)
                : _map.Values.Type;
            var annotations = new DataViewSchema.Annotations.Builder();
            _map.Values.KeyValues?.AddTo(annotations, AnnotationUtils.Kinds.KeyValues);
            return new DataViewSchema.DetachedColumn(OutputName(i), type, annotations.ToAnnotations());
        })];
    }
}

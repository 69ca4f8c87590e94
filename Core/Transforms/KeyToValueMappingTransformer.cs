namespace MlPipeline.Core;

/// <summary>Turns keys back into what they stand for; see <see cref="KeyToValueMappingEstimator"/>.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "MapKeyToValue";
    internal const string Expected = "keys, or a vector of keys, with key values";

    internal KeyToValueMappingTransformer(Host host, IEnumerable<(string OutputColumnName, string InputColumnName)> columns)
        : base(host, columns)
    {
    }

    internal static KeyToValueMappingTransformer Load(ModelLoadContext ctx) => new(ctx.Host, ctx.ReadPairs());

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.WritePairs(ColumnPairs);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly PrimitiveDataViewType[] _valueTypes;

        public Mapper(DataViewSchema inputSchema, KeyToValueMappingTransformer parent)
            : base(inputSchema, parent)
        {
            _valueTypes = Array.ConvertAll(InputColumns, column => column.HasKeyValues()
                ? ((VectorDataViewType)column.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type).ItemType
                : throw Errors.ColumnType("input", column.Name, Expected, column.Type.ToString()!));
        }

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            DataViewSchema.Column column = InputColumns[output];
            string maker = column.Type is VectorDataViewType ? nameof(VectorGetter) : nameof(ScalarGetter);
            Type key = column.Type.GetItemType().RawType;
            return (Delegate)GenericCall.Invoke(typeof(Mapper), null, maker, [key, _valueTypes[output].RawType], input, column);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [.. InputColumns.Select((column, i) =>
        {
            if (column.Type is not VectorDataViewType vector)
                return new DataViewSchema.DetachedColumn(OutputName(i), _valueTypes[i]);
            var annotations = new DataViewSchema.Annotations.Builder();
            if (column.HasSlotNames())
                annotations.Add(column.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            return new DataViewSchema.DetachedColumn(
                OutputName(i), new VectorDataViewType(_valueTypes[i], vector.Dimensions), annotations.ToAnnotations());
        })];

        private static TValue[] KeyValues<TValue>(DataViewSchema.Column column)
        {
            VBuffer<TValue> values = default;
            column.GetKeyValues(ref values);
            return [.. values.DenseValues()];
        }

        private static ValueGetter<TValue> ScalarGetter<TKey, TValue>(DataViewRow input, DataViewSchema.Column column)
        {
            ValueGetter<TKey> source = input.GetGetter<TKey>(column);
            ValueConversion.Converter<TKey, ulong> number = ValueConversion.Get<TKey, ulong>();
            TValue[] values = KeyValues<TValue>(column);
            TValue missing = PrimitiveText.Missing<TValue>();
            TKey key = default!;
            return (ref TValue destination) =>
            {
                source(ref key);
                ulong index = number(key) - 1;
                destination = index < (ulong)values.Length ? values[index] : missing;
            };
        }

        private static ValueGetter<VBuffer<TValue>> VectorGetter<TKey, TValue>(DataViewRow input, DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<TKey>> source = input.GetGetter<VBuffer<TKey>>(column);
            ValueConversion.Converter<TKey, ulong> number = ValueConversion.Get<TKey, ulong>();
            TValue[] values = KeyValues<TValue>(column);
            TValue missing = PrimitiveText.Missing<TValue>();
            VBuffer<TKey> keys = default;
            return (ref VBuffer<TValue> destination) =>
            {
                source(ref keys);
                VBufferEditor<TValue> editor = VBufferEditor.Create(ref destination, keys.Length);
                editor.Values.Fill(missing);
                foreach ((int slot, TKey key) in keys.Items())
                {
                    ulong index = number(key) - 1;
                    if (index < (ulong)values.Length)
                        editor.Values[slot] = values[index];
                }

                destination = editor.Commit();
            };
        }
    }
}

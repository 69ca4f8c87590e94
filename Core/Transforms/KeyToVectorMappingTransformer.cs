namespace MlPipeline.Core;

/// <summary>Turns keys into vectors of indicators or counts; see <see cref="KeyToVectorMappingEstimator"/>.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "MapKeyToVector";
    internal const string Expected = "keys, or a vector of keys, of a known count below 2^31";

    internal KeyToVectorMappingTransformer(
        Host host, bool outputCountVector, IEnumerable<(string OutputColumnName, string InputColumnName)> columns)
        : base(host, columns) => OutputCountVector = outputCountVector;

    internal bool OutputCountVector { get; }

    internal static KeyToVectorMappingTransformer Load(ModelLoadContext ctx) =>
        new(ctx.Host, ctx.Reader.ReadBoolean(), ctx.ReadPairs());

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(OutputCountVector);
        ctx.Writer.WritePairs(ColumnPairs);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly bool _counts;
        private readonly int[] _keyCounts;

        public Mapper(DataViewSchema inputSchema, KeyToVectorMappingTransformer parent)
            : base(inputSchema, parent)
        {
            _counts = parent.OutputCountVector;
            _keyCounts = Array.ConvertAll(InputColumns, column =>
                column.Type.GetItemType().GetKeyCountAsInt32() is > 0 and int count
                ? count
                : throw Errors.ColumnType("input", column.Name, Expected, column.Type.ToString()!));
        }

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            DataViewSchema.Column column = InputColumns[output];
            string maker = column.Type is VectorDataViewType ? nameof(VectorGetter) : nameof(ScalarGetter);
            return (Delegate)GenericCall.Invoke(
                typeof(Mapper), this, maker, [column.Type.GetItemType().RawType], input, column, _keyCounts[output]);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [.. InputColumns.Select((column, i) =>
        {
            int keys = _keyCounts[i];
            var vector = column.Type as VectorDataViewType;
            VectorDataViewType type = vector is null || _counts
                ? new VectorDataViewType(NumberDataViewType.Single, keys)
                : new VectorDataViewType(NumberDataViewType.Single, vector.Dimensions.Add(keys));

            // Each input slot is one group of indicators.
            int groups = vector is null ? 1 : _counts ? 0 : vector.Size;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (vector is null || !_counts)
                annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            if (type.IsKnownSize && SlotNames(column, keys, vector is null || _counts) is { } names)
                annotations.AddVector(AnnotationUtils.Kinds.SlotNames, TextDataViewType.Instance, names);
            if (groups > 0)
            {
                int[] ranges =
                    [.. Enumerable.Range(0, groups).SelectMany(group => new[] { group * keys, ((group + 1) * keys) - 1 })];
                annotations.Add(
                    AnnotationUtils.Kinds.CategoricalSlotRanges, new VectorDataViewType(NumberDataViewType.Int32, groups, 2),
                    (ref VBuffer<int> value) => VBuffer<int>.Copy(ranges, 0, ref value, ranges.Length));
            }

            return new DataViewSchema.DetachedColumn(OutputName(i), type, annotations.ToAnnotations());
        })];

        private static ReadOnlyMemory<char>[]? SlotNames(DataViewSchema.Column column, int keys, bool single)
        {
            if (!column.HasKeyValues() || column.GetTextsOrNull(AnnotationUtils.Kinds.KeyValues) is not { } values)
                return null;
            if (single)
                return Array.ConvertAll(values, value => value.AsMemory());
            string[]? own = column.HasSlotNames() ? column.GetTextsOrNull(AnnotationUtils.Kinds.SlotNames) : null;
            var names = new ReadOnlyMemory<char>[column.Type.GetValueCount() * keys];
            for (int i = 0; i < names.Length; i++)
            {
                int slot = i / keys;
                string prefix = own is { } && own[slot].Length > 0 ? own[slot] : $"[{slot}]";
                names[i] = $"{prefix}.{values[i % keys]}".AsMemory();
            }

            return names;
        }

        private ValueGetter<VBuffer<float>> ScalarGetter<TKey>(DataViewRow input, DataViewSchema.Column column, int keys)
        {
            ValueGetter<TKey> source = input.GetGetter<TKey>(column);
            ValueConversion.Converter<TKey, ulong> number = ValueConversion.Get<TKey, ulong>();
            TKey key = default!;
            return (ref VBuffer<float> destination) =>
            {
                source(ref key);
                ulong index = number(key) - 1;
                VBufferEditor<float> editor = VBufferEditor.Create(ref destination, keys, index < (ulong)keys ? 1 : 0);
                if (index < (ulong)keys)
                {
                    editor.Values[0] = 1;
                    if (keys > 1)
                        editor.Indices[0] = (int)index;
                }

                destination = editor.Commit();
            };
        }

        private ValueGetter<VBuffer<float>> VectorGetter<TKey>(DataViewRow input, DataViewSchema.Column column, int keys)
        {
            ValueGetter<VBuffer<TKey>> source = input.GetGetter<VBuffer<TKey>>(column);
            ValueConversion.Converter<TKey, ulong> number = ValueConversion.Get<TKey, ulong>();
            VBuffer<TKey> buffer = default;
            if (!_counts)
            {
                return (ref VBuffer<float> destination) =>
                {
                    source(ref buffer);
                    int length = checked(buffer.Length * keys);
                    ReadOnlySpan<TKey> values = buffer.GetValues();
                    ReadOnlySpan<int> indices = buffer.GetIndices();
                    VBufferEditor<float> editor =
                        VBufferEditor.Create(ref destination, length, values.Length, requireIndicesOnDense: true);
                    int stored = 0;
                    for (int i = 0; i < values.Length; i++)
                    {
                        ulong index = number(values[i]) - 1;
                        if (index >= (ulong)keys)
                            continue;
                        editor.Indices[stored] = ((indices.IsEmpty ? i : indices[i]) * keys) + (int)index;
                        editor.Values[stored++] = 1;
                    }

                    destination = editor.CommitTruncated(stored);
                };
            }

            return (ref VBuffer<float> destination) =>
            {
                source(ref buffer);
                VBufferEditor<float> editor = VBufferEditor.Create(ref destination, keys);
                editor.Values.Clear();
                foreach (TKey key in buffer.GetValues())
                {
                    ulong index = number(key) - 1;
                    if (index < (ulong)keys)
                        editor.Values[(int)index]++;
                }

                destination = editor.Commit();
            };
        }
    }
}

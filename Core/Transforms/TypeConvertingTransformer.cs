namespace MlPipeline.Core;

/// <summary>Converts columns to another item type; see <see cref="TypeConvertingEstimator"/>.</summary>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ConvertType";

    private readonly DataKind _outputKind;

    internal TypeConvertingTransformer(
        Host host, DataKind outputKind, IEnumerable<(string OutputColumnName, string InputColumnName)> columns)
        : base(host, columns)
    {
        _outputKind = outputKind;
        OutputType = DataViewTypeExtensions.FromKind(outputKind);
    }

    internal PrimitiveDataViewType OutputType { get; }

    internal static TypeConvertingTransformer Load(ModelLoadContext ctx)
    {
        int kind = ctx.ReadInt32InRange((int)DataKind.SByte, (int)DataKind.DateTimeOffset, "type");
        return new TypeConvertingTransformer(ctx.Host, (DataKind)kind, ctx.ReadPairs());
    }

    /// <summary>Whether a kind of annotation is still true of the converted column.</summary>
    internal static bool Keeps(string kind, DataViewType source, DataViewType target) =>
        kind == AnnotationUtils.Kinds.SlotNames
        || (kind == AnnotationUtils.Kinds.IsNormalized && source is NumberDataViewType && target is NumberDataViewType);

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write((int)_outputKind);
        ctx.Writer.WritePairs(ColumnPairs);
    }

    private sealed class Mapper : OneToOneRowMapper
    {
        private readonly PrimitiveDataViewType _target;

        public Mapper(DataViewSchema inputSchema, TypeConvertingTransformer parent)
            : base(inputSchema, parent)
        {
            _target = parent.OutputType;
            foreach (DataViewSchema.Column column in InputColumns)
            {
                DataViewType item = column.Type.GetItemType();
                if (!ValueConversion.Exists(item, item is KeyDataViewType, _target))
                    throw Errors.ColumnType("input", column.Name, $"a type that converts to {_target}", column.Type.ToString()!);
            }
        }

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            DataViewSchema.Column column = InputColumns[output];
            string maker = column.Type is VectorDataViewType ? nameof(VectorGetter) : nameof(ScalarGetter);
            return (Delegate)GenericCall.Invoke(
                typeof(Mapper), null, maker, [column.Type.GetItemType().RawType, _target.RawType], input, column);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [.. InputColumns.Select((column, i) =>
        {
            DataViewType item = column.Type.GetItemType();
            DataViewType type = column.Type is VectorDataViewType vector
                ? new VectorDataViewType(_target, vector.Dimensions)
                : _target;
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(
                column.Annotations, kind => Keeps(kind, item is KeyDataViewType ? TextDataViewType.Instance : item, _target));
            return new DataViewSchema.DetachedColumn(OutputName(i), type, annotations.ToAnnotations());
        })];

        private static ValueGetter<TDst> ScalarGetter<TSrc, TDst>(DataViewRow input, DataViewSchema.Column column)
        {
            ValueGetter<TSrc> source = input.GetGetter<TSrc>(column);
            ValueConversion.Converter<TSrc, TDst> convert = ValueConversion.Get<TSrc, TDst>();
            TSrc value = default!;
            return (ref TDst destination) =>
            {
                source(ref value);
                destination = convert(value);
            };
        }

        private static ValueGetter<VBuffer<TDst>> VectorGetter<TSrc, TDst>(DataViewRow input, DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<TSrc>> source = input.GetGetter<VBuffer<TSrc>>(column);
            ValueConversion.Converter<TSrc, TDst> convert = ValueConversion.Get<TSrc, TDst>();

            // A sparse vector stays sparse where what it leaves out converts into what may be left out.
            bool keepsDefault = EqualityComparer<TDst>.Default.Equals(convert(default!), default);
            VBuffer<TSrc> buffer = default;
            VBuffer<TSrc> dense = default;
            return (ref VBuffer<TDst> destination) =>
            {
                source(ref buffer);
                bool sparse = keepsDefault && !buffer.IsDense;
                if (!sparse)
                    buffer.CopyToDense(ref dense);
                ReadOnlySpan<TSrc> values = sparse ? buffer.GetValues() : dense.GetValues();
                VBufferEditor<TDst> editor = VBufferEditor.Create(ref destination, buffer.Length, values.Length);
                if (sparse)
                    buffer.GetIndices().CopyTo(editor.Indices);
                for (int i = 0; i < values.Length; i++)
                    editor.Values[i] = convert(values[i]);
                destination = editor.Commit();
            };
        }
    }
}

namespace MlPipeline.Core;

/// <summary>Joins scalars and vectors into one vector; see <see cref="ColumnConcatenatingEstimator"/>.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string Signature = "Concatenate";

    internal ColumnConcatenatingTransformer(Host host, string outputColumnName, string[] inputColumnNames)
        : base(host)
    {
        OutputColumnName = outputColumnName;
        InputColumnNames = inputColumnNames;
    }

    internal string OutputColumnName { get; }

    internal string[] InputColumnNames { get; }

    internal static ColumnConcatenatingTransformer Load(ModelLoadContext ctx)
    {
        string output = ctx.ReadName();
        var inputs = new string[ctx.ReadCount()];
        ctx.Check(inputs.Length > 0, "no input columns");
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = ctx.ReadName();
        return new ColumnConcatenatingTransformer(ctx.Host, output, inputs);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, this);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetSignature(Signature, version: 1);
        ctx.Writer.Write(OutputColumnName);
        ctx.Writer.Write(InputColumnNames.Length);
        foreach (string name in InputColumnNames)
            ctx.Writer.Write(name);
    }

    private sealed class Mapper : RowMapper
    {
        private readonly string _outputName;
        private readonly DataViewSchema.Column[] _sources;
        private readonly PrimitiveDataViewType _itemType;

        public Mapper(DataViewSchema inputSchema, ColumnConcatenatingTransformer parent)
            : base(inputSchema)
        {
            _outputName = parent.OutputColumnName;
            _sources = Array.ConvertAll(
                parent.InputColumnNames, name => inputSchema.Require(name, nameof(ColumnConcatenatingTransformer)));
            DataViewType first = _sources[0].Type.GetItemType();
            foreach (DataViewSchema.Column source in _sources)
            {
                DataViewType item = source.Type.GetItemType();
                if (item is KeyDataViewType or not PrimitiveDataViewType)
                    throw Errors.ColumnType(
                        "input", source.Name, "numbers, text or other plain values, no keys", source.Type.ToString()!);
                if (!item.Equals(first))
                    throw Errors.ColumnType("input", source.Name, $"{first}, as '{_sources[0].Name}'", source.Type.ToString()!);
            }

            _itemType = (PrimitiveDataViewType)first;
        }

        private bool IsCopy => _sources is [{ Type: VectorDataViewType }];

        public override IEnumerable<int> GetDependencies(int output) => _sources.Select(source => source.Index).Distinct();

        public override Delegate CreateGetter(DataViewRow input, int output) =>
            IsCopy
                ? input.GetGetter(_sources[0])
                : (Delegate)GenericCall.Invoke(typeof(Mapper), this, nameof(CreateJoiner), [_itemType.RawType], input);

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
        {
            if (IsCopy)
                return [new DataViewSchema.DetachedColumn(_outputName, _sources[0].Type, _sources[0].Annotations)];

            bool varying = _sources.Any(source => source.Type.GetValueCount() == 0);
            int size = varying ? 0 : checked(_sources.Sum(source => source.Type.GetValueCount()));
            var annotations = new DataViewSchema.Annotations.Builder();
            if (_itemType is NumberDataViewType && _sources.All(source => source.IsNormalized()))
                annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            if (!varying && _sources.Any(source => source.Type is not VectorDataViewType || source.HasSlotNames()))
                annotations.AddVector(AnnotationUtils.Kinds.SlotNames, TextDataViewType.Instance, SlotNames(size));
            return [new DataViewSchema.DetachedColumn(
                _outputName, new VectorDataViewType(_itemType, size), annotations.ToAnnotations())];
        }

        private ReadOnlyMemory<char>[] SlotNames(int size)
        {
            var names = new ReadOnlyMemory<char>[size];
            int slot = 0;
            foreach (DataViewSchema.Column source in _sources)
            {
                if (source.Type is not VectorDataViewType vector)
                {
                    names[slot++] = source.Name.AsMemory();
                    continue;
                }

                if (source.HasSlotNames())
                {
                    VBuffer<ReadOnlyMemory<char>> own = default;
                    source.GetSlotNames(ref own);
                    foreach ((int i, ReadOnlyMemory<char> name) in own.Items())
                    {
                        if (!name.IsEmpty)
                            names[slot + i] = $"{source.Name}.{name}".AsMemory();
                    }
                }

                slot += vector.Size;
            }

            return names;
        }

        private ValueGetter<VBuffer<T>> CreateJoiner<T>(DataViewRow input)
        {
            var scalars = new ValueGetter<T>?[_sources.Length];
            var vectors = new ValueGetter<VBuffer<T>>?[_sources.Length];
            var buffers = new VBuffer<T>[_sources.Length];
            for (int i = 0; i < _sources.Length; i++)
            {
                if (_sources[i].Type is VectorDataViewType)
                    vectors[i] = input.GetGetter<VBuffer<T>>(_sources[i]);
                else
                    scalars[i] = input.GetGetter<T>(_sources[i]);
            }

            return (ref VBuffer<T> destination) =>
            {
                // Scalars count as stored; the result is sparse when that makes it at most half as large.
                int length = 0;
                int stored = 0;
                for (int i = 0; i < buffers.Length; i++)
                {
                    vectors[i]?.Invoke(ref buffers[i]);
                    length = checked(length + (vectors[i] is null ? 1 : buffers[i].Length));
                    stored += vectors[i] is null ? 1 : buffers[i].GetValues().Length;
                }

                bool sparse = stored <= length / 2;
                VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, sparse ? stored : length);
                int at = 0;
                int slot = 0;
                for (int i = 0; i < buffers.Length; i++)
                {
                    if (scalars[i] is { } scalar)
                    {
                        if (sparse)
                            editor.Indices[at] = slot;
                        scalar(ref editor.Values[at++]);
                        slot++;
                    }
                    else if (!sparse)
                    {
                        buffers[i].CopyTo(editor.Values.Slice(at, buffers[i].Length));
                        at += buffers[i].Length;
                    }
                    else
                    {
                        foreach ((int index, T value) in buffers[i].Items())
                        {
                            editor.Indices[at] = slot + index;
                            editor.Values[at++] = value;
                        }

                        slot += buffers[i].Length;
                    }
                }

                destination = editor.Commit();
            };
        }
    }
}

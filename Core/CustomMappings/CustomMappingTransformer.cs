namespace MlPipeline.Core;

/// <summary>Adds columns that a function makes from objects. The function runs once per row, when a value is asked for.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : RowToRowTransformerBase
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string? _contractName;
    private readonly SchemaDefinition? _inputDefinition;
    private readonly ObjectReader<TDst> _reader;

    internal CustomMappingTransformer(
        Host host, Action<TSrc, TDst> mapAction, string? contractName,
        SchemaDefinition? inputDefinition, SchemaDefinition? outputDefinition)
        : base(host)
    {
        _mapAction = mapAction;
        _contractName = contractName;
        _inputDefinition = inputDefinition;
        InputBindings = MemberBinding.Resolve(typeof(TSrc), inputDefinition, SchemaDefinition.Direction.Write);
        _reader = new ObjectReader<TDst>(outputDefinition);
    }

    internal IReadOnlyList<MemberBinding> InputBindings { get; }

    internal DataViewSchema OutputSchema => _reader.Schema;

    private protected override RowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx) =>
        CustomMappingLoader.Save(ctx, _contractName, _mapAction.Method, typeof(TSrc));

    private sealed class Mapper(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema inputSchema) : RowMapper(inputSchema)
    {
        private readonly ObjectWriter<TSrc> _writer = new(inputSchema, ignoreMissingColumns: false, parent._inputDefinition);

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            parent._reader.Schema.Select(column => new DataViewSchema.DetachedColumn(column)).ToArray();

        public override IEnumerable<int> GetDependencies(int output) => _writer.Columns.Select(column => column.Index);

        public override Delegate CreateGetter(DataViewRow input, int output) =>
            CreateGetters(input, i => i == output, out _)[output]!;

        public override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isOutputActive, out Action? disposer)
        {
            disposer = null;
            var getters = new Delegate?[OutputColumns.Length];
            if (!Enumerable.Range(0, getters.Length).Any(isOutputActive))
                return getters;
            var mapped = new MappedObject(input, _writer.CreateFiller(input), parent._mapAction);
            for (int i = 0; i < getters.Length; i++)
            {
                if (isOutputActive(i))
                    getters[i] = parent._reader.CreateGetter(parent._reader.Schema[i], mapped.Holder, mapped.Refresh);
            }
            return getters;
        }
    }

    // The object of the row that the input is at; made anew when the input has moved.
    private sealed class MappedObject(DataViewRow input, Action<TSrc> fill, Action<TSrc, TDst> mapAction)
    {
        private readonly TSrc _source = new();
        private long _position = -1;

        public RowHolder<TDst> Holder { get; } = new();

        public void Refresh()
        {
            if (input.Position == _position && _position >= 0)
                return;
            if (input.Position < 0)
                throw Errors.NotMoved("A value was asked for");
            // Until the function has succeeded there is no object for this row.
            Holder.Current = null;
            _position = -1;
            fill(_source);
            var target = new TDst();
            mapAction(_source, target);
            Holder.Current = target;
            _position = input.Position;
        }
    }
}

namespace MlPipeline.Core;

/// <summary>
/// Adds columns that a function makes from objects and a state. Each cursor has a state of its own, and goes through all rows in
/// their order: data that was transformed is neither shuffled nor shared among several cursors.
/// </summary>
public sealed class StatefulCustomMappingTransformer<TSrc, TDst, TState> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
    where TState : class, new()
{
    private readonly Action<TSrc, TDst, TState> _mapAction;
    private readonly Action<TState>? _stateInitAction;
    private readonly string? _contractName;
    private readonly ObjectReader<TDst> _reader = new(null);

    internal StatefulCustomMappingTransformer(
        Action<TSrc, TDst, TState> mapAction, string? contractName, Action<TState>? stateInitAction)
    {
        _mapAction = mapAction;
        _stateInitAction = stateInitAction;
        _contractName = contractName;
        InputBindings = MemberBinding.Resolve(typeof(TSrc), null, SchemaDefinition.Direction.Write);
    }

    bool ITransformer.IsRowToRowMapper => false;

    internal IReadOnlyList<MemberBinding> InputBindings { get; }

    internal DataViewSchema OutputSchema => _reader.Schema;

    /// <summary>The input's columns, followed by the new ones.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = new ObjectWriter<TSrc>(inputSchema, ignoreMissingColumns: false, null);
        return After(inputSchema);
    }

    /// <summary>The data with the new columns.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new View(this, input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException(
            "A custom mapping with a state needs all rows in their order: it maps no single ones.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        CustomMappingLoader.Save(ctx, _contractName, _mapAction.Method, typeof(TSrc));

    private DataViewSchema After(DataViewSchema input) => DataViewSchema.FromDetached(
        [.. input.Concat(_reader.Schema).Select(column => new DataViewSchema.DetachedColumn(column))]);

    private sealed class View(StatefulCustomMappingTransformer<TSrc, TDst, TState> owner, IDataView source) : IDerivedView
    {
        private readonly ObjectWriter<TSrc> _writer = new(source.Schema, ignoreMissingColumns: false, null);

        public IDataView Source => source;

        public DataViewSchema Schema { get; } = owner.After(source.Schema);

        public bool CanShuffle => false;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            bool[] active = MappedColumns.ActiveFlags(Schema, columnsNeeded);
            int inputCount = source.Schema.Count;
            bool isMapped = active.AsSpan(inputCount).Contains(true);
            HashSet<int> mapped = isMapped ? [.. _writer.Columns.Select(column => column.Index)] : [];
            DataViewRowCursor input = source.GetRowCursor(
                source.Schema.Where(column => active[column.Index] || mapped.Contains(column.Index)));
            Func<TDst>? map = isMapped ? CreateMap(input) : null;
            return new Cursor(input, new Row(owner._reader, input, Schema, active), map);
        }

        public DataViewRowCursor[] GetRowCursorSet(
            IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

        private Func<TDst> CreateMap(DataViewRow input)
        {
            Action<TSrc> fill = _writer.CreateFiller(input);
            var state = new TState();
            owner._stateInitAction?.Invoke(state);
            var row = new TSrc();
            return () =>
            {
                fill(row);
                var mapped = new TDst();
                owner._mapAction(row, mapped, state);
                return mapped;
            };
        }
    }

    private sealed class Row(ObjectReader<TDst> reader, DataViewRow input, DataViewSchema schema, bool[] active)
        : LinkedRow(input, schema, active)
    {
        public RowHolder<TDst> Mapped { get; } = new();

        protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
        {
            int inputCount = Input.Schema.Count;
            return column.Index < inputCount
                ? Input.GetGetter<TValue>(Input.Schema[column.Index])
                : reader.CreateGetter<TValue>(reader.Schema[column.Index - inputCount], Mapped);
        }
    }

    private sealed class Cursor(DataViewRowCursor input, Row row, Func<TDst>? map) : LinkedCursor(input, row)
    {
        public override bool MoveNext()
        {
            row.Mapped.Current = null;
            if (!base.MoveNext())
                return false;
            row.Mapped.Current = map?.Invoke();
            return true;
        }
    }
}

namespace MlPipeline.Core;

/// <summary>The columns of an input row followed by a mapper's: shared by mapped rows and mapped cursors.</summary>
internal sealed class MappedColumns
{
    private readonly RowMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly Delegate?[] _getters;
    private readonly Action? _disposer;

    public MappedColumns(RowMapper mapper, DataViewRow input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        int inputCount = mapper.InputSchema.Count;
        _getters = mapper.CreateGetters(input, output => active[inputCount + output], out _disposer);
    }

    public DataViewSchema Schema => _mapper.OutputSchema;

    public bool IsColumnActive(DataViewSchema.Column column)
    {
        Schema.CheckColumn(column);
        return _active[column.Index];
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Schema.CheckActive(column, _active);
        int inputCount = _mapper.InputSchema.Count;
        if (column.Index < inputCount)
            return _input.GetGetter<TValue>(_mapper.InputSchema[column.Index]);
        return _getters[column.Index - inputCount] as ValueGetter<TValue>
            ?? throw Errors.GetterType(column.Name, Schema[column.Index].Type, typeof(TValue));
    }

    public void Dispose() => _disposer?.Invoke();

    /// <summary>Which columns of the output schema are asked for.</summary>
    public static bool[] ActiveFlags(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            schema.CheckColumn(column);
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>The input columns needed for them: those passed on and those computed from.</summary>
    public static IEnumerable<DataViewSchema.Column> InputsOf(RowMapper mapper, bool[] active)
    {
        int inputCount = mapper.InputSchema.Count;
        var needed = new bool[inputCount];
        for (int i = 0; i < active.Length; i++)
        {
            if (!active[i])
                continue;
            if (i < inputCount)
            {
                needed[i] = true;
                continue;
            }
            foreach (int dependency in mapper.GetDependencies(i - inputCount))
                needed[dependency] = true;
        }
        return mapper.InputSchema.Where(column => needed[column.Index]).ToArray();
    }
}

/// <summary>A row with a mapper's columns; owns the input row.</summary>
internal sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] active) : DataViewRow
{
    private readonly MappedColumns _columns = new(mapper, input, active);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => _columns.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _columns.Dispose();
            input.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A cursor with a mapper's columns; owns the input cursor.</summary>
internal sealed class MappedCursor(RowMapper mapper, DataViewRowCursor input, bool[] active) : DataViewRowCursor
{
    private readonly MappedColumns _columns = new(mapper, input, active);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => _columns.Schema;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _columns.Dispose();
            input.Dispose();
        }
        base.Dispose(disposing);
    }
}

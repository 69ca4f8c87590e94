namespace MlPipeline.Core;

/// <summary>The columns of an input row followed by a mapper's; owns the input row.</summary>
internal sealed class MappedRow : LinkedRow
{
    private readonly RowMapper _mapper;
    private readonly Delegate?[] _getters;
    private readonly Action? _disposer;

    public MappedRow(RowMapper mapper, DataViewRow input, bool[] active)
        : base(input, mapper.OutputSchema, active)
    {
        _mapper = mapper;
        int inputCount = mapper.InputSchema.Count;
        _getters = mapper.CreateGetters(input, output => active[inputCount + output], out _disposer);
    }

    protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        int inputCount = _mapper.InputSchema.Count;
        if (column.Index < inputCount)
            return Input.GetGetter<TValue>(_mapper.InputSchema[column.Index]);
        return _getters[column.Index - inputCount] as ValueGetter<TValue>
            ?? throw Errors.GetterType(column.Name, Schema[column.Index].Type, typeof(TValue));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _disposer?.Invoke();
        base.Dispose(disposing);
    }
}

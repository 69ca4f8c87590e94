namespace MlPipeline.Pipeline.Transformers;

/// <summary>What a mapped row and a mapped cursor share: columns passed through, and columns computed.</summary>
internal sealed class MappedColumns
{
    private readonly bool[] _active;
    private readonly Delegate?[] _getters;

    public MappedColumns(DataViewRow input, RowMapping mapping, bool[] active)
    {
        Input = input;
        Mapping = mapping;
        _active = active;
        _getters = mapping.Getters(input, active);
    }

    public DataViewRow Input { get; }

    public RowMapping Mapping { get; }

    public bool IsActive(DataViewSchema.Column column) => _active[Mapping.CheckedIndex(column)];

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var index = Mapping.CheckedIndex(column);
        if (!_active[index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor.");
        if (index < Mapping.InputSchema.Count)
            return Input.GetGetter<TValue>(Input.Schema[index]);
        return _getters[index - Mapping.InputSchema.Count] as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType.Name}, not {typeof(TValue).Name}.");
    }
}

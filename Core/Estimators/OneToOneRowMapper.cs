namespace MlPipeline.Core;

/// <summary>A mapper in which output <c>i</c> comes from the input column of pair <c>i</c>.</summary>
internal abstract class OneToOneRowMapper : RowMapper
{
    private readonly (string OutputColumnName, string InputColumnName)[] _pairs;

    /// <param name="inputSchema">The schema of the rows.</param>
    /// <param name="parent">The transformer with the pairs of columns.</param>
    protected OneToOneRowMapper(DataViewSchema inputSchema, OneToOneTransformerBase parent)
        : base(inputSchema)
    {
        _pairs = parent.ColumnPairs;
        InputColumns = _pairs.Select(pair => inputSchema.Require(pair.InputColumnName, parent.GetType().Name)).ToArray();
    }

    /// <summary>The input column of each pair.</summary>
    protected DataViewSchema.Column[] InputColumns { get; }

    protected string OutputName(int output) => _pairs[output].OutputColumnName;

    public sealed override IEnumerable<int> GetDependencies(int output) => [InputColumns[output].Index];
}

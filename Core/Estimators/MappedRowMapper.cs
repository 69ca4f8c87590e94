namespace MlPipeline.Core;

/// <summary>A <see cref="RowMapper"/> as the public interface.</summary>
internal sealed class MappedRowMapper(RowMapper mapper) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapper.InputSchema;

    public DataViewSchema OutputSchema => mapper.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        MappedColumns.InputsOf(mapper, MappedColumns.ActiveFlags(OutputSchema, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema.Count != InputSchema.Count)
            throw new ArgumentException("The row has another schema than the mapper's input.", nameof(input));
        return new MappedRow(mapper, input, MappedColumns.ActiveFlags(OutputSchema, activeColumns));
    }
}

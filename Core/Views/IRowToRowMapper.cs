namespace MlPipeline.Core;

/// <summary>Makes one output row of one input row, whatever the other rows are.</summary>
public interface IRowToRowMapper
{
    /// <summary>The schema of the rows that go in.</summary>
    DataViewSchema InputSchema { get; }

    /// <summary>The schema of the rows that come out.</summary>
    DataViewSchema OutputSchema { get; }

    /// <summary>The input columns that must be active for these output columns.</summary>
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);

    /// <summary>The output row over an input row; disposing it disposes the input row.</summary>
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}

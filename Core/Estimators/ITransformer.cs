namespace MlPipeline.Core;

/// <summary>Gives new columns (or rows) from a data view's.</summary>
public interface ITransformer : ICanSaveModel
{
    /// <summary>Whether each output row comes from one input row alone, so that <see cref="GetRowToRowMapper"/> works.</summary>
    bool IsRowToRowMapper { get; }

    /// <summary>The schema that <see cref="Transform"/> will give.</summary>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>The transformed data, lazily.</summary>
    IDataView Transform(IDataView input);

    /// <summary>A mapper of single rows.</summary>
    /// <exception cref="InvalidOperationException"><see cref="IsRowToRowMapper"/> is false.</exception>
    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}

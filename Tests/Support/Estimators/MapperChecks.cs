namespace MlPipeline.Tests.Support.Estimators;

/// <summary>A transformer that maps row by row gives as a mapper what it gives as a whole.</summary>
internal static class MapperChecks
{
    public static void All(ITransformer transformer, IDataView input, TableOfRows rows, Func<object?, object?>? describe)
    {
        var mapper = transformer.GetRowToRowMapper(input.Schema);
        SchemaChecks.SameColumns(transformer.GetOutputSchema(input.Schema), mapper.OutputSchema, "the row mapper");
        SchemaChecks.SameColumns(input.Schema, mapper.InputSchema, "the row mapper's input");

        var outputs = TableOfRows.Columns(mapper.OutputSchema);
        DataViewSchema.Column[] needed = [.. mapper.GetDependencies(outputs)];
        Assert.All(needed, column => Assert.Equal(input.Schema[column.Index].Name, column.Name));
        Assert.Empty(mapper.GetDependencies([]));

        using var cursor = input.GetRowCursor(needed);
        using var row = mapper.GetRow(cursor, outputs);
        rows.MustEqual(TableOfRows.Read(row, cursor.MoveNext, outputs, describe), "row by row");
    }
}

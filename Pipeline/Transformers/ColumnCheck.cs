namespace MlPipeline.Pipeline.Transformers;

/// <summary>Finds input columns and refuses missing and mistyped ones by name.</summary>
internal static class ColumnCheck
{
    public static DataViewSchema.Column Require(DataViewSchema schema, string name,
        Func<DataViewType, bool> fits, string expected)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(c => c.Name), nameof(schema));
        return fits(column.Type) ? column : throw Mismatch(name, expected, column.Type.ToString()!, nameof(schema));
    }

    public static SchemaShape.Column Require(SchemaShape shape, string name, Func<SchemaShape.Column, bool> fits, string expected)
    {
        foreach (var column in shape)
        {
            if (column.Name == name)
            {
                return fits(column) ? column
                    : throw Mismatch(name, expected, $"{column.Kind} of {column.ItemType}", nameof(shape));
            }
        }

        throw Missing(name, shape.Select(c => c.Name), nameof(shape));
    }

    public static bool IsFloatVector(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector && !column.IsKey && column.ItemType.Equals(NumberDataViewType.Single);

    public static bool IsFloatVector(DataViewType type) =>
        type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single);

    private static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> columns, string parameter) =>
        new(parameter, $"Could not find input column '{name}'; the columns are {string.Join(", ", columns)}.");

    private static ArgumentOutOfRangeException Mismatch(string name, string expected, string found, string parameter) =>
        new(parameter, $"Schema mismatch for input column '{name}': expected {expected}, got {found}.");
}

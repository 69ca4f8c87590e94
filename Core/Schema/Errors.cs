namespace MlPipeline.Core;

/// <summary>Exceptions that many components throw, each naming the column at fault.</summary>
internal static class Errors
{
    public static InvalidOperationException GetterType(string column, DataViewType type, Type asked) =>
        new(
            $"Invalid TValue in GetGetter for column '{column}' of type {type}: '{asked}' was asked for, expected "
                + $"'{type.RawType}'.");

    public static ArgumentOutOfRangeException UnknownColumn(DataViewSchema.Column column, DataViewSchema schema) =>
        new(nameof(column), $"Column '{column.Name}' at index {column.Index} is not in the schema of {schema}.");

    public static ArgumentOutOfRangeException InactiveColumn(DataViewSchema.Column column) =>
        new(nameof(column), $"Column '{column.Name}' is not active in this cursor: name it when asking for the cursor.");

    public static ArgumentOutOfRangeException ColumnNotFound(string name, string user, DataViewSchema schema) =>
        ColumnNotFound(name, user, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    public static ArgumentOutOfRangeException ColumnNotFound(string name, string user, IEnumerable<string> names) =>
        new(
            nameof(name),
            $"Could not find input column '{name}', which {user} needs. There are: {string.Join(", ", names)}.");

    /// <summary>A column has another type than a component can use.</summary>
    public static ArgumentOutOfRangeException ColumnType(string role, string column, string expected, string actual) =>
        new(column, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}.");

    public static InvalidOperationException NotMoved(string what) =>
        new($"{what} before the first or after the last row: call MoveNext, and use the value only while it gives true.");
}

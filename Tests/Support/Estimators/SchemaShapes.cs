using System.Reflection;

namespace MlPipeline.Tests.Support.Estimators;

/// <summary>
/// The shape of a schema. ML.NET makes it in a method that is not public; there is no other complete way to it.
/// </summary>
internal static class SchemaShapes
{
    private static readonly MethodInfo _create = typeof(SchemaShape).GetMethod(
        "Create", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, [typeof(DataViewSchema)])
        ?? throw new MissingMethodException(nameof(SchemaShape), "Create");

    public static SchemaShape Of(DataViewSchema schema) => (SchemaShape)_create.Invoke(null, [schema])!;

    public static string Describe(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} of {column.ItemType}{(column.IsKey ? " keys" : "")}";
}

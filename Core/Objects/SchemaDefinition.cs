using System.Reflection;

namespace MlPipeline.Core;

/// <summary>
/// Which members of a class stand for which columns; for when attributes cannot tell, such as a size known at run time.
/// </summary>
public sealed partial class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>The first column of that name, or null; setting replaces it, or adds one.</summary>
    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName)!;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            int index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
                Add(value);
            else
                this[index] = value;
            value.ColumnName = columnName;
        }
    }

    /// <summary>The definition that a class's public fields, properties and their attributes give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A member's type cannot be a column, or two members name one column.
    /// </exception>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemberInfo member in ColumnMembers.Of(userType, direction))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (!names.Add(name))
                throw new ArgumentOutOfRangeException(
                    nameof(userType), $"{userType.Name} has two members for the column '{name}'.");
            definition.Add(new Column(member.Name, ColumnMembers.ColumnTypeOf(member), name));
        }
        return definition;
    }

    /// <summary>The definition of a class whose columns have the types and annotations that a schema tells.</summary>
    internal static SchemaDefinition FromSchema(Type userType, DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        SchemaDefinition definition = Create(userType, Direction.Read);
        foreach (DataViewSchema.Column column in schema.Where(column => !column.IsHidden))
        {
            Column target = definition[column.Name]
                ?? throw new ArgumentOutOfRangeException(
                    nameof(schema), $"{userType.Name} has no member for the column '{column.Name}'.");
            target.ColumnType = column.Type;
            target.AddAnnotations(column.Annotations);
        }
        return definition;
    }
}

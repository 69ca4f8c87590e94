using System.Reflection;

namespace MlPipeline.Core;

/// <summary>A member of a class and the column it stands for, checked against each other.</summary>
internal sealed record MemberBinding(
    MemberInfo Member, string ColumnName, DataViewType ColumnType, DataViewSchema.Annotations Annotations)
{
    public static IReadOnlyList<MemberBinding> Resolve(
        Type type, SchemaDefinition? definition, SchemaDefinition.Direction direction)
    {
        definition ??= SchemaDefinition.Create(type, direction);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var bindings = new List<MemberBinding>(definition.Count);
        foreach (SchemaDefinition.Column column in definition)
        {
            MemberInfo member = ColumnMembers.Find(type, column.MemberName);
            string name = string.IsNullOrEmpty(column.ColumnName) ? member.Name : column.ColumnName;
            if (!names.Add(name))
                throw new ArgumentException(
                    $"The schema definition of {type.Name} has the column '{name}' twice.", nameof(definition));
            DataViewType columnType = column.ColumnType ?? ColumnMembers.ColumnTypeOf(member);
            if (!ColumnMembers.Fits(columnType, member))
                throw new ArgumentOutOfRangeException(
                    nameof(definition),
                    $"Column '{name}' of type {columnType} cannot be bound to member '{member.Name}' of type "
                        + $"{ColumnMembers.TypeOf(member)}.");
            bindings.Add(new MemberBinding(member, name, columnType, column.Annotations));
        }
        return bindings;
    }
}

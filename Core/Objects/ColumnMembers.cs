using System.Reflection;

namespace MlPipeline.Core;

/// <summary>What a class's fields and properties are as columns.</summary>
internal static class ColumnMembers
{
    /// <summary>The public instance fields and properties that may be columns, in the order of declaration.</summary>
    public static IEnumerable<MemberInfo> Of(Type type, SchemaDefinition.Direction direction)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        IEnumerable<MemberInfo> fields = type.GetFields(Public)
            .Where(field => !field.IsInitOnly || direction != SchemaDefinition.Direction.Write);
        IEnumerable<MemberInfo> properties = type.GetProperties(Public)
            .Where(property => property.GetIndexParameters().Length == 0
                && ((direction.HasFlag(SchemaDefinition.Direction.Read) && property.GetGetMethod() != null)
                    || (direction.HasFlag(SchemaDefinition.Direction.Write) && property.GetSetMethod() != null)));
        return fields.Concat(properties).Where(member => member.GetCustomAttribute<NoColumnAttribute>() == null);
    }

    public static MemberInfo Find(Type type, string name) =>
        (MemberInfo?)type.GetField(name, BindingFlags.Public | BindingFlags.Instance)
        ?? type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance)
        ?? throw new ArgumentException($"{type.Name} has no public field or property '{name}'.", nameof(name));

    public static Type TypeOf(MemberInfo member) =>
        member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static bool IsReadable(MemberInfo member) => member is FieldInfo || ((PropertyInfo)member).GetGetMethod() != null;

    public static bool IsWritable(MemberInfo member) =>
        member is FieldInfo field ? !field.IsInitOnly : ((PropertyInfo)member).GetSetMethod() != null;

    /// <summary>The items' type when a member of that type is a vector, else null.</summary>
    public static Type? VectorItem(Type memberType)
    {
        if (memberType.IsArray)
            return memberType.GetArrayRank() == 1 ? memberType.GetElementType() : null;
        return memberType.IsGenericType && memberType.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? memberType.GetGenericArguments()[0]
            : null;
    }

    /// <summary>The column type that a member's type and attributes tell.</summary>
    public static DataViewType ColumnTypeOf(MemberInfo member)
    {
        Type memberType = TypeOf(member);
        DataViewTypeAttribute? custom = CustomAttribute(member);
        if (DataViewTypeManager.TryGetDataViewType(memberType, custom, out DataViewType? registered))
            return registered;
        Type? vectorItem = VectorItem(memberType);
        PrimitiveDataViewType item = DataViewTypeExtensions.PrimitiveFromRawType(vectorItem ?? memberType)
            ?? throw new ArgumentOutOfRangeException(
                nameof(member),
                $"Could not determine a column type for member '{member.Name}' of {member.DeclaringType?.Name}: "
                    + $"{memberType} is neither built in nor registered.");

        KeyTypeAttribute? key = member.GetCustomAttribute<KeyTypeAttribute>();
        if (key != null)
        {
            if (!KeyDataViewType.IsValidDataType(item.RawType))
                throw new ArgumentOutOfRangeException(
                    nameof(member), $"Member '{member.Name}' is marked as a key, but {item.RawType.Name} cannot be one.");
            item = new KeyDataViewType(item.RawType, key.KeyCount ?? KeyDataViewType.MaxCount(item.RawType));
        }
        VectorTypeAttribute? vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vectorItem != null)
            return vector?.Dims is { Length: > 0 } dims ? new VectorDataViewType(item, dims) : new VectorDataViewType(item);
        if (vector != null)
            throw new ArgumentOutOfRangeException(
                nameof(member), $"Member '{member.Name}' is marked as a vector, but is {memberType}.");
        return item;
    }

    /// <summary>Whether values of a column can be held in the member.</summary>
    public static bool Fits(DataViewType columnType, MemberInfo member)
    {
        Type memberType = TypeOf(member);
        if (VectorItem(memberType) is Type item)
            return columnType is VectorDataViewType vector && FitsItem(vector.ItemType, item);
        if (columnType is VectorDataViewType)
            return false;
        if (columnType is PrimitiveDataViewType)
            return FitsItem(columnType, memberType);
        CustomAttribute(member)?.Register();
        return columnType.RawType == memberType;
    }

    private static bool FitsItem(DataViewType columnType, Type type) =>
        columnType.RawType == type || (columnType is TextDataViewType && type == typeof(string));

    private static DataViewTypeAttribute? CustomAttribute(MemberInfo member)
    {
        DataViewTypeAttribute[] found = member.GetCustomAttributes<DataViewTypeAttribute>().ToArray();
        if (found.Length > 1)
            throw new ArgumentOutOfRangeException(
                nameof(member), $"Member '{member.Name}' has more than one column type attribute.");
        return found.FirstOrDefault();
    }
}

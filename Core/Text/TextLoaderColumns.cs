using System.Reflection;

namespace MlPipeline.Core;

/// <summary>The columns of a text loader as a class describes them by attributes.</summary>
internal static class TextLoaderColumns
{
    /// <summary>
    /// One column for each public field and property that has a <see cref="LoadColumnAttribute"/>, or a
    /// <see cref="LoadColumnNameAttribute"/> whose names the header has.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="header">The header's fields; null when there is none.</param>
    public static TextLoader.Column[] Of(Type type, Func<string[]?> header)
    {
        SchemaDefinition definition = SchemaDefinition.Create(type, SchemaDefinition.Direction.Read);
        return [.. definition.Select(column => Column(type, column, header))];
    }

    private static TextLoader.Column Column(Type type, SchemaDefinition.Column column, Func<string[]?> header)
    {
        MemberInfo member = type.GetMember(
            column.MemberName, MemberTypes.Field | MemberTypes.Property, BindingFlags.Instance | BindingFlags.Public)[0];
        TextLoader.Range[] ranges;
        if (member.GetCustomAttribute<LoadColumnAttribute>() is { } byIndex)
            ranges = [.. byIndex.Sources.Select(source => new TextLoader.Range(source.Min, source.Max))];
        else if (member.GetCustomAttribute<LoadColumnNameAttribute>() is { } byName)
            ranges = [.. byName.Sources.Select(name => new TextLoader.Range(IndexOf(name, member, header())))];
        else
            throw new ArgumentException(
                $"{type.Name}.{member.Name} has no LoadColumn attribute: it must say which fields it is read from.");

        DataViewType item = column.ColumnType.GetItemType();
        foreach (TextLoader.Range range in ranges)
            range.ForceVector = column.ColumnType is VectorDataViewType;
        if (column.ColumnType is not VectorDataViewType && (ranges.Length > 1 || ranges[0].Min != ranges[0].Max))
            throw new ArgumentException($"{type.Name}.{member.Name} is no vector but is to be read from several fields.");
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            if (DataViewTypeExtensions.FromKind(kind).RawType == item.RawType)
                return new TextLoader.Column(
                    column.ColumnName, kind, ranges, item is KeyDataViewType key ? new KeyCount(key.Count) : null);
        }

        throw new ArgumentException($"{type.Name}.{member.Name} of {column.ColumnType} cannot be read from text.");
    }

    private static int IndexOf(string name, MemberInfo member, string[]? header)
    {
        int index = header is null ? -1 : Array.IndexOf(header, name);
        if (index >= 0)
            return index;
        string fields = header is null ? "there is no header" : $"the header has {string.Join(", ", header)}";
        throw new ArgumentException(
            $"{member.DeclaringType?.Name}.{member.Name} is to be read from field '{name}', but {fields}.");
    }
}

namespace MlPipeline.Core;

/// <summary>Questions that Core asks of column types.</summary>
internal static class DataViewTypeExtensions
{
    /// <summary>The items' type of a vector, the type itself otherwise.</summary>
    public static DataViewType GetItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The vector's size (0 when unknown); 1 for anything else.</summary>
    public static int GetValueCount(this DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    public static bool IsKey(this DataViewType type) => type is KeyDataViewType;

    /// <summary>The number of keys, or 0 when it is no key or has more than fit an int.</summary>
    public static int GetKeyCountAsInt32(this DataViewType type) =>
        type is KeyDataViewType { Count: <= int.MaxValue } key ? (int)key.Count : 0;

    public static bool IsKnownSizeVector(this DataViewType type) => type is VectorDataViewType { IsKnownSize: true };

    /// <summary>The primitive type whose getters yield <paramref name="rawType"/>, or null.</summary>
    public static PrimitiveDataViewType? PrimitiveFromRawType(Type rawType)
    {
        foreach (NumberDataViewType number in NumberDataViewType.All)
        {
            if (number.RawType == rawType)
                return number;
        }
        if (rawType == typeof(bool))
            return BooleanDataViewType.Instance;
        if (rawType == typeof(string) || rawType == typeof(ReadOnlyMemory<char>))
            return TextDataViewType.Instance;
        if (rawType == typeof(DateTime))
            return DateTimeDataViewType.Instance;
        if (rawType == typeof(DateTimeOffset))
            return DateTimeOffsetDataViewType.Instance;
        if (rawType == typeof(TimeSpan))
            return TimeSpanDataViewType.Instance;
        return rawType == typeof(DataViewRowId) ? RowIdDataViewType.Instance : null;
    }

    /// <summary>The primitive type that a <see cref="DataKind"/> names.</summary>
    public static PrimitiveDataViewType FromKind(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a data kind."),
    };
}

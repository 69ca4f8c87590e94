using System.Globalization;

namespace MlPipeline.Core;

/// <summary>What values are looked up by, and what stands beside each.</summary>
internal sealed record ValueMap(KeyTerms Keys, MappedValues Values)
{
    /// <summary>What a column must be to be looked up.</summary>
    public string Expected => Values.Type is VectorDataViewType ? $"{Keys.ItemType}" : $"{Keys.ItemType} or a vector of it";

    /// <summary>The map that two columns make, read at once.</summary>
    /// <exception cref="InvalidOperationException">A key is there twice.</exception>
    public static ValueMap Read(IDataView data, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn)
    {
        data.Schema.CheckColumn(keyColumn);
        data.Schema.CheckColumn(valueColumn);
        if (keyColumn.Type is not PrimitiveDataViewType)
            throw Errors.ColumnType("key", keyColumn.Name, "a primitive type", keyColumn.Type.ToString()!);
        if (valueColumn.Type.GetItemType() is not PrimitiveDataViewType)
            throw Errors.ColumnType(
                "value", valueColumn.Name, "a primitive type or a vector of one", valueColumn.Type.ToString()!);
        using DataViewRowCursor cursor = data.GetRowCursor([keyColumn, valueColumn]);
        return (ValueMap)GenericCall.Invoke(
            typeof(ValueMap), null, nameof(ReadRows), [keyColumn.Type.RawType, valueColumn.Type.RawType],
            cursor, keyColumn, valueColumn);
    }

    /// <summary>The map of pairs, whose values may become keys.</summary>
    /// <exception cref="InvalidOperationException">A key is there twice.</exception>
    public static ValueMap Of<TKey, TValue>(Host host, IEnumerable<KeyValuePair<TKey, TValue>> pairs, bool areKeys)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Pair<TKey, TValue>[] rows =
            [.. pairs.Select(pair => new Pair<TKey, TValue> { Key = pair.Key, Value = pair.Value })];
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Pair<TKey, TValue>), SchemaDefinition.Direction.Read);
        bool areNumbered = typeof(TValue) == typeof(uint) || typeof(TValue) == typeof(ulong);
        if (areKeys && areNumbered)
        {
            ulong most = rows.Length == 0 ? 0 : rows.Max(row => Convert.ToUInt64(row.Value, CultureInfo.InvariantCulture));
            definition["Value"].ColumnType = new KeyDataViewType(typeof(TValue), Math.Max(1, most));
        }

        IDataView data = new EnumerableView<Pair<TKey, TValue>>(rows, new ObjectReader<Pair<TKey, TValue>>(definition));
        if (areKeys && !areNumbered)
        {
            data = new ValueToKeyMappingEstimator(
                host, [("Value", "Value")], int.MaxValue, ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
                addKeyValueAnnotationsAsText: false, keyData: null).Fit(data).Transform(data);
        }

        return Read(data, data.Schema["Key"], data.Schema["Value"]);
    }

    private static ValueMap ReadRows<TKey, TValue>(
        DataViewRowCursor cursor, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn)
        where TKey : notnull
    {
        ValueGetter<TKey> keyGetter = cursor.GetGetter<TKey>(keyColumn);
        ValueGetter<TValue> valueGetter = cursor.GetGetter<TValue>(valueColumn);
        var known = new HashSet<TKey>(TermComparer.For<TKey>());
        List<TKey> keys = [];
        List<TValue> values = [];
        while (cursor.MoveNext())
        {
            TKey key = default!;
            keyGetter(ref key);
            TValue value = default!;
            valueGetter(ref value);
            key = Kept(key);
            if (!known.Add(key))
                throw new InvalidOperationException($"The map has '{PrimitiveText.Format(key)}' twice in '{keyColumn.Name}'.");
            keys.Add(key);
            values.Add(Kept(value));
        }

        return new ValueMap(
            new KeyTerms<TKey>((PrimitiveDataViewType)keyColumn.Type, [.. keys]), MappedValues.Create(valueColumn, values));
    }

    private sealed class Pair<TKey, TValue>
    {
        public TKey Key { get; init; } = default!;

        public TValue Value { get; init; } = default!;
    }

    // Text may lie in a buffer that the next row overwrites.
    private static T Kept<T>(T value) =>
        value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value;
}

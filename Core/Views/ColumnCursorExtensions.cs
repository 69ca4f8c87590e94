namespace MlPipeline.Core;

/// <summary>The values of single columns.</summary>
public static class ColumnCursorExtensions
{
    /// <summary>
    /// The values of a column, lazily; each enumeration is a pass over the data. Values last: no buffer is used twice.
    /// </summary>
    /// <typeparam name="T">
    /// The column's raw type, such as <see cref="float"/> or <see cref="VBuffer{T}"/>; a string for text; an array for a vector.
    /// </typeparam>
    /// <param name="data">The data.</param>
    /// <param name="columnName">The column's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    /// <exception cref="InvalidOperationException">The column's values are no <typeparamref name="T"/>.</exception>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return GetColumn<T>(data, data.Schema.Require(columnName, nameof(GetColumn)));
    }

    /// <summary>
    /// The values of a column, lazily; each enumeration is a pass over the data. Values last: no buffer is used twice.
    /// </summary>
    /// <inheritdoc cref="GetColumn{T}(IDataView, string)"/>
    /// <param name="data">The data.</param>
    /// <param name="column">The column.</param>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Schema.CheckColumn(column);
        DataViewType type = data.Schema[column.Index].Type;
        if (type.RawType == typeof(T))
            return Values<T, T>(data, column, value => value);
        if (type is TextDataViewType && typeof(T) == typeof(string))
            return (IEnumerable<T>)Values<ReadOnlyMemory<char>, string>(data, column, text => text.ToString());
        if (type is VectorDataViewType { ItemType: var item } && typeof(T) == typeof(string[]) && item is TextDataViewType)
        {
            return (IEnumerable<T>)Values<VBuffer<ReadOnlyMemory<char>>, string[]>(
                data, column, texts => [.. texts.DenseValues().Select(text => text.ToString())]);
        }

        if (type is VectorDataViewType vector && typeof(T) == vector.ItemType.RawType.MakeArrayType())
        {
            return (IEnumerable<T>)GenericCall.Invoke(
                typeof(ColumnCursorExtensions), null, nameof(Arrays), [vector.ItemType.RawType], data, column);
        }

        throw new InvalidOperationException(
            $"Could not map column '{column.Name}' of type {type} to {typeof(T)}: ask for {type.RawType}"
                + (type is TextDataViewType ? " or a string." : type is VectorDataViewType ? " or an array." : "."));
    }

    private static IEnumerable<TItem[]> Arrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Values<VBuffer<TItem>, TItem[]>(data, column, vector =>
        {
            var items = new TItem[vector.Length];
            vector.CopyTo(items);
            return items;
        });

    private static IEnumerable<TOut> Values<TValue, TOut>(
        IDataView data, DataViewSchema.Column column, Func<TValue, TOut> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TValue> getter = cursor.GetGetter<TValue>(column);
        while (cursor.MoveNext())
        {
            TValue value = default!;
            getter(ref value);
            yield return convert(value);
        }
    }
}

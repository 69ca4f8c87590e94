namespace MlPipeline.Pipeline.Tests;

/// <summary>Reads one column of a view, row by row.</summary>
internal static class ColumnReader
{
    public static IEnumerable<T> GetColumn<T>(this IDataView view, string name)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column]);
        var read = Reader<T>(cursor, column);
        while (cursor.MoveNext())
        {
            yield return read();
        }
    }

    private static Func<T> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (typeof(T) == typeof(string))
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            return () =>
            {
                ReadOnlyMemory<char> text = default;
                getter(ref text);
                return (T)(object)text.ToString();
            };
        }

        if (typeof(T) == typeof(float[]))
        {
            return VectorReader<T, float>(row, column);
        }

        if (typeof(T) == typeof(byte[]))
        {
            return VectorReader<T, byte>(row, column);
        }

        var plain = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            plain(ref value);
            return value;
        };
    }

    private static Func<T> VectorReader<T, TItem>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<TItem>>(column);
        return () =>
        {
            VBuffer<TItem> value = default;
            getter(ref value);
            return (T)(object)value.DenseValues().ToArray();
        };
    }
}

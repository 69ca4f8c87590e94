using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Core;

/// <summary>64-bit hashes of values that are the same in every process and on every machine.</summary>
internal static class ValueHash
{
    private const ulong Start = 0x9E3779B97F4A7C15UL;

    /// <summary>The finaliser of splitmix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong x)
    {
        x += Start;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    public static Func<ulong> OfId(DataViewRow row)
    {
        ValueGetter<DataViewRowId> getter = row.GetIdGetter();
        DataViewRowId id = default;
        return () =>
        {
            getter(ref id);
            return Mix(id.Low ^ Mix(id.High));
        };
    }

    /// <summary>The hash of a column's current value; dense and sparse forms of a vector have the same.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is neither primitive nor a vector.</exception>
    public static Func<ulong> Create(DataViewRow row, DataViewSchema.Column column)
    {
        DataViewType item = column.Type.GetItemType();
        if (item is not PrimitiveDataViewType)
            throw Errors.ColumnType("sampling key", column.Name, "a primitive type or a vector", column.Type.ToString()!);
        string method = column.Type is VectorDataViewType ? nameof(OfVector) : nameof(OfScalar);
        return typeof(ValueHash).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(item.RawType)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<ulong>>>()(row, column);
    }

    private static Func<ulong> OfScalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Of(value);
        };
    }

    private static Func<ulong> OfVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        ulong nothing = Of(default(T)!);
        return () =>
        {
            getter(ref vector);
            ulong hash = Mix((ulong)vector.Length);
            ReadOnlySpan<T> values = vector.GetValues();
            ReadOnlySpan<int> indices = vector.GetIndices();
            for (int i = 0; i < values.Length; i++)
            {
                ulong item = Of(values[i]);
                if (item != nothing)
                    hash = Mix(hash ^ item ^ Mix((ulong)(vector.IsDense ? i : indices[i])));
            }
            return hash;
        };
    }

    private static ulong Of<T>(T value)
    {
        if (value is ReadOnlyMemory<char> text)
            return OfBytes(MemoryMarshal.AsBytes(text.Span));
        // The bytes of this one include padding.
        if (value is DateTimeOffset time)
            return OfBytes(BitConverter.GetBytes(time.UtcTicks));
        if (value is float and 0 or double and 0)
            value = default!;
        return OfBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
    }

    private static ulong OfBytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Mix((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
            rest |= (ulong)bytes[i] << (8 * i);
        return bytes.Length == 0 ? hash : Mix(hash ^ rest);
    }
}

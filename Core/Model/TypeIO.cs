using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Core;

/// <summary>Column types as a code (and what belongs to it), and values of primitive types.</summary>
internal static class TypeIO
{
    private const byte Key = 100;
    private const byte Vector = 101;

    // The place in this list is the code in files: only ever add at the end.
    private static readonly PrimitiveDataViewType[] _simple =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, TextDataViewType.Instance, BooleanDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
        RowIdDataViewType.Instance,
    ];

    public static bool CanWrite(DataViewType type)
    {
        DataViewType item = type.GetItemType();
        return item is KeyDataViewType || (item is PrimitiveDataViewType primitive && Array.IndexOf(_simple, primitive) >= 0);
    }

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(Vector);
                Write(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                Write(writer, DataViewTypeExtensions.PrimitiveFromRawType(key.RawType)!);
                writer.Write(key.Count);
                break;
            default:
                if (!CanWrite(type))
                    throw new NotSupportedException($"Columns of type {type} cannot be saved.");
                writer.Write((byte)Array.IndexOf(_simple, (PrimitiveDataViewType)type));
                break;
        }
    }

    /// <exception cref="InvalidDataException">The bytes describe no type.</exception>
    public static DataViewType Read(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        if (code < _simple.Length)
            return _simple[code];
        try
        {
            if (code == Key)
                return new KeyDataViewType(ReadSimple(reader).RawType, reader.ReadUInt64());
            if (code == Vector)
            {
                byte item = reader.ReadByte();
                PrimitiveDataViewType itemType = item == Key
                    ? new KeyDataViewType(ReadSimple(reader).RawType, reader.ReadUInt64())
                    : Simple(item);
                int rank = reader.ReadInt32();
                if (rank is < 1 or > 64)
                    throw new InvalidDataException($"a vector type of {rank} dimensions.");
                int[] dimensions = new int[rank];
                for (int i = 0; i < rank; i++)
                    dimensions[i] = reader.ReadInt32();
                return new VectorDataViewType(itemType, dimensions);
            }
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"a column type is damaged: {e.Message}", e);
        }
        throw new InvalidDataException($"column type {code} is not known.");
    }

    /// <exception cref="InvalidDataException">The bytes describe no primitive type.</exception>
    public static PrimitiveDataViewType ReadItemType(ModelLoadContext ctx) =>
        Read(ctx.Reader) as PrimitiveDataViewType ?? throw ctx.Corrupt("items that are vectors");

    /// <summary>The type of items in the first layout of some components, which told it by a <see cref="DataKind"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes describe no such type.</exception>
    public static PrimitiveDataViewType ReadItemKind(ModelLoadContext ctx)
    {
        const byte KeyFlag = 0x80, RowId = 0x40;
        byte code = ctx.Reader.ReadByte();
        if (code == RowId)
            return RowIdDataViewType.Instance;
        var kind = (DataKind)(code & ~KeyFlag);
        ctx.Check(Enum.IsDefined(kind), $"type {code}");
        PrimitiveDataViewType type = DataViewTypeExtensions.FromKind(kind);
        return (code & KeyFlag) == 0 ? type : new KeyDataViewType(type.RawType, ctx.Reader.ReadUInt64());
    }

    public static void WriteValues<T>(BinaryWriter writer, T[] values)
    {
        writer.Write(values.Length);
        foreach (T value in values)
            WriteValue(writer, value);
    }

    /// <exception cref="ArgumentException">The bytes are no such values.</exception>
    public static T[] ReadValues<T>(ModelLoadContext ctx)
    {
        var values = new T[ctx.ReadCount()];
        for (int i = 0; i < values.Length; i++)
            values[i] = ReadValue<T>(ctx.Reader);
        return values;
    }

    public static void WriteValue<T>(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text:
                writer.Write(text.ToString());
                break;
            case DateTime time:
                writer.Write(time.ToBinary());
                break;
            case DateTimeOffset time:
                writer.Write(time.Ticks);
                writer.Write(time.Offset.Ticks);
                break;
            default:
                writer.Write(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
                break;
        }
    }

    /// <exception cref="ArgumentException">The bytes are no such value.</exception>
    public static T ReadValue<T>(BinaryReader reader)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (T)(object)reader.ReadString().AsMemory();
        if (typeof(T) == typeof(bool))
            return (T)(object)reader.ReadBoolean();
        if (typeof(T) == typeof(DateTime))
            return (T)(object)DateTime.FromBinary(reader.ReadInt64());
        if (typeof(T) == typeof(DateTimeOffset))
            return (T)(object)new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()));
        T value = default!;
        reader.BaseStream.ReadExactly(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
        return value;
    }

    private static PrimitiveDataViewType ReadSimple(BinaryReader reader) => Simple(reader.ReadByte());

    private static PrimitiveDataViewType Simple(byte code) =>
        code < _simple.Length ? _simple[code] : throw new InvalidDataException($"column type {code} is not known.");
}

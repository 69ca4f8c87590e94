namespace MlPipeline.Core;

/// <summary>Primitive types, and arrays of their values, in saved models.</summary>
internal static class PrimitiveTypeIO
{
    // A byte tells the type: a DataKind, with this added for keys, whose count follows.
    private const byte KeyFlag = 0x80;
    private const byte RowId = 0x40;

    public static void WriteType(BinaryWriter writer, PrimitiveDataViewType type)
    {
        if (type is RowIdDataViewType)
        {
            writer.Write(RowId);
            return;
        }

        DataKind kind = Enum.GetValues<DataKind>().First(
            candidate => DataViewTypeExtensions.FromKind(candidate).RawType == type.RawType);
        writer.Write((byte)((byte)kind | (type is KeyDataViewType ? KeyFlag : 0)));
        if (type is KeyDataViewType key)
            writer.Write(key.Count);
    }

    public static PrimitiveDataViewType ReadType(ModelLoadContext ctx)
    {
        byte code = ctx.Reader.ReadByte();
        if (code == RowId)
            return RowIdDataViewType.Instance;
        var kind = (DataKind)(code & ~KeyFlag);
        ctx.Check(Enum.IsDefined(kind), $"type {code}");
        PrimitiveDataViewType type = DataViewTypeExtensions.FromKind(kind);
        if ((code & KeyFlag) == 0)
            return type;
        ulong count = ctx.Reader.ReadUInt64();
        ctx.Check(KeyDataViewType.IsValidDataType(type.RawType) && count > 0, $"a key of {type.RawType.Name} with count {count}");
        return new KeyDataViewType(type.RawType, count);
    }

    public static void WriteValues<T>(BinaryWriter writer, T[] values)
    {
        if (values is not ReadOnlyMemory<char>[] texts)
        {
            GenericCall.Invoke(typeof(PrimitiveTypeIO), null, nameof(WriteUnmanaged), [typeof(T)], writer, values);
            return;
        }

        writer.Write(texts.Length);
        foreach (ReadOnlyMemory<char> text in texts)
            writer.Write(text.ToString());
    }

    public static T[] ReadValues<T>(ModelLoadContext ctx)
    {
        if (typeof(T) != typeof(ReadOnlyMemory<char>))
            return (T[])GenericCall.Invoke(typeof(PrimitiveTypeIO), null, nameof(ReadUnmanaged), [typeof(T)], ctx);
        var texts = new ReadOnlyMemory<char>[ctx.ReadCount()];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = ctx.Reader.ReadString().AsMemory();
        return (T[])(object)texts;
    }

    private static object? WriteUnmanaged<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.WriteArray<T>(values);
        return null;
    }

    private static T[] ReadUnmanaged<T>(ModelLoadContext ctx)
        where T : unmanaged => ctx.ReadArray<T>();
}

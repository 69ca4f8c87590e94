using System.Runtime.InteropServices;

namespace MlPipeline.Core;

/// <summary>Fields of models: arrays and strings with their counts, checked when read.</summary>
internal static class ModelIO
{
    /// <summary>An array of unmanaged items, as count and little-endian bytes.</summary>
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> items)
        where T : unmanaged
    {
        writer.Write(items.Length);
        writer.Write(MemoryMarshal.AsBytes(items));
    }

    public static unsafe T[] ReadArray<T>(this ModelLoadContext ctx)
        where T : unmanaged
    {
        var items = new T[ctx.ReadCount(sizeof(T))];
        ctx.Reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }

    /// <summary>A count of items that each take at least <paramref name="itemBytes"/> of what is left.</summary>
    public static int ReadCount(this ModelLoadContext ctx, int itemBytes = 1)
    {
        int count = ctx.Reader.ReadInt32();
        ctx.Check(count >= 0 && (long)count * itemBytes <= ctx.Remaining, $"a count of {count}");
        return count;
    }

    public static void WriteNullable(this BinaryWriter writer, string? text)
    {
        writer.Write(text != null);
        if (text != null)
            writer.Write(text);
    }

    public static string? ReadNullableString(this ModelLoadContext ctx) =>
        ctx.Reader.ReadBoolean() ? ctx.Reader.ReadString() : null;

    /// <summary>A string that cannot be empty, such as a column's name.</summary>
    public static string ReadName(this ModelLoadContext ctx)
    {
        string name = ctx.Reader.ReadString();
        ctx.Check(name.Length > 0, "an empty name");
        return name;
    }

    public static int ReadInt32InRange(this ModelLoadContext ctx, int min, int max, string what)
    {
        int value = ctx.Reader.ReadInt32();
        ctx.Check(value >= min && value <= max, $"{what} {value}");
        return value;
    }

    public static T ReadEnum<T>(this ModelLoadContext ctx)
        where T : struct, Enum
    {
        int raw = ctx.Reader.ReadInt32();
        var value = (T)Enum.ToObject(typeof(T), raw);
        ctx.Check(Enum.IsDefined(value), $"{typeof(T).Name} {raw}");
        return value;
    }

    /// <summary>Pairs of an output and an input column.</summary>
    public static void WritePairs(
        this BinaryWriter writer, IReadOnlyList<(string OutputColumnName, string InputColumnName)> pairs)
    {
        writer.Write(pairs.Count);
        foreach ((string output, string input) in pairs)
        {
            writer.Write(output);
            writer.Write(input);
        }
    }

    public static (string OutputColumnName, string InputColumnName)[] ReadPairs(this ModelLoadContext ctx)
    {
        var pairs = new (string, string)[ctx.ReadCount(2)];
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = (ctx.ReadName(), ctx.ReadName());
        return pairs;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Arrays of plain values in a checkpoint: their length, then their bytes.</summary>
internal static class StoredArrays
{
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="InvalidDataException">The length is more than the stream still has.</exception>
    public static T[] ReadArray<T>(this BinaryReader reader)
        where T : unmanaged
    {
        var (length, stream) = (reader.ReadInt32(), reader.BaseStream);
        if (length < 0 || length > (stream.Length - stream.Position) / Unsafe.SizeOf<T>())
            throw new InvalidDataException("it is cut off or damaged");
        var values = new T[length];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}

using System.Buffers.Binary;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Conformance.Tests;

/// <summary>
/// Reads the tensor files of ONNX's test data (a TensorProto each) without the engine's reader: an independent look at the
/// format. Types that graphs do not compute in become those that stand for them.
/// </summary>
internal static class TensorFiles
{
    /// <summary>The tensor; null if it is of a type that nothing stands for (text, complex).</summary>
    public static Tensor? TryRead(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        List<int> dims = [];
        long type = 0;
        byte[] raw = [];
        List<double> typed = [];
        while (bytes.Length > 0)
        {
            var key = Varint(ref bytes);
            if ((key & 7) == 0)
            {
                var value = Varint(ref bytes);
                if (key >> 3 == 1)
                    dims.Add((int)value);
                else if (key >> 3 == 2)
                    type = (long)value;

                continue;
            }

            Assert.Equal(2u, key & 7);
            var length = (int)Varint(ref bytes);
            var field = bytes[..length];
            bytes = bytes[length..];
            switch (key >> 3)
            {
                case 1:
                    while (field.Length > 0)
                        dims.Add((int)Varint(ref field));

                    break;
                case 4:
                    for (var i = 0; i < length; i += 4)
                        typed.Add(BinaryPrimitives.ReadSingleLittleEndian(field[i..]));

                    break;
                case 5 or 7:
                    while (field.Length > 0)
                        typed.Add((long)Varint(ref field));

                    break;
                case 9:
                    raw = field.ToArray();
                    break;
            }
        }

        int[] shape = [.. dims];
        var count = shape.Aggregate(1, (a, b) => a * b);
        var values = raw.Length > 0 || typed.Count == 0 ? OfRaw(type, raw, count) : [.. typed];
        return type switch
        {
            1 or 10 or 11 => Tensor.Of(Array.ConvertAll(values, v => (float)v), shape),
            2 or 3 or 4 or 5 or 6 => Tensor.Of(Array.ConvertAll(values, v => (int)v), shape),
            7 or 12 or 13 => Tensor.Of(Array.ConvertAll(values, v => (long)v), shape),
            9 => Tensor.Of(Array.ConvertAll(values, v => v != 0), shape),
            _ => null,
        };
    }

    /// <summary>A tensor of single precision numbers.</summary>
    public static Tensor Read(string path)
    {
        var tensor = TryRead(path);
        Assert.Equal(ElementType.Float32, tensor?.Type);
        return tensor!;
    }

    private static double[] OfRaw(long type, byte[] raw, int count)
    {
        var values = new double[count];
        var width = count == 0 ? 1 : raw.Length / count;
        for (var i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> b = raw.AsSpan(i * width, width);
            values[i] = type switch
            {
                1 => BinaryPrimitives.ReadSingleLittleEndian(b),
                10 => (double)BinaryPrimitives.ReadHalfLittleEndian(b),
                11 => BinaryPrimitives.ReadDoubleLittleEndian(b),
                3 => (sbyte)b[0],
                2 or 9 => b[0],
                4 => BinaryPrimitives.ReadUInt16LittleEndian(b),
                5 => BinaryPrimitives.ReadInt16LittleEndian(b),
                6 => BinaryPrimitives.ReadInt32LittleEndian(b),
                12 => BinaryPrimitives.ReadUInt32LittleEndian(b),
                7 => BinaryPrimitives.ReadInt64LittleEndian(b),
                13 => BinaryPrimitives.ReadUInt64LittleEndian(b),
                _ => 0,
            };
        }

        return values;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        var i = 0;
        for (; (bytes[i] & 0x80) != 0; i++)
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);

        value |= (ulong)bytes[i] << (7 * i);
        bytes = bytes[(i + 1)..];
        return value;
    }
}

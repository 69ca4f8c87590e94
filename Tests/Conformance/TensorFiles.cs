using System.Buffers.Binary;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Conformance.Tests;

/// <summary>
/// Reads the tensor files of ONNX's test data (a TensorProto each) without the engine's reader: an independent look at the format.
/// </summary>
internal static class TensorFiles
{
    public static Tensor Read(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        List<int> dims = [];
        long type = 0;
        ReadOnlySpan<byte> raw = default;
        List<float> floats = [];
        while (bytes.Length > 0)
        {
            ulong key = Varint(ref bytes);
            if ((key & 7) == 0)
            {
                ulong value = Varint(ref bytes);
                if (key >> 3 == 1)
                    dims.Add((int)value);
                else if (key >> 3 == 2)
                    type = (long)value;
                continue;
            }

            Assert.Equal(2u, key & 7);
            int length = (int)Varint(ref bytes);
            ReadOnlySpan<byte> field = bytes[..length];
            bytes = bytes[length..];
            if (key >> 3 == 1)
            {
                while (field.Length > 0)
                    dims.Add((int)Varint(ref field));
            }
            else if (key >> 3 == 9)
            {
                raw = field;
            }
            else if (key >> 3 == 4)
            {
                for (int i = 0; i < length; i += 4)
                    floats.Add(BinaryPrimitives.ReadSingleLittleEndian(field[i..]));
            }
        }

        Assert.Equal(1, type);
        for (int i = 0; i < raw.Length; i += 4)
            floats.Add(BinaryPrimitives.ReadSingleLittleEndian(raw[i..]));
        return Tensor.Of([.. floats], [.. dims]);
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        int i = 0;
        for (; (bytes[i] & 0x80) != 0; i++)
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
        value |= (ulong)bytes[i] << (7 * i);
        bytes = bytes[(i + 1)..];
        return value;
    }
}

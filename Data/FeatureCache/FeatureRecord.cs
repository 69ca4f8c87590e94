using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Data.FeatureCache;

/// <summary>One row of a cache file, little-endian: content hash (32 bytes), K float32, CRC-32C of both (4 bytes).</summary>
internal static class FeatureRecord
{
    public const int MaxFeatures = 1 << 24;

    public static int LengthFor(int featureCount) => ContentHash.Size + featureCount * sizeof(float) + sizeof(uint);

    public static void Write(Span<byte> record, ContentHash hash, ReadOnlySpan<float> features)
    {
        hash.WriteTo(record);
        WriteFloats(features, record[ContentHash.Size..^sizeof(uint)]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^sizeof(uint)..], Checksum(record[..^sizeof(uint)]));
    }

    public static bool IsIntact(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[^sizeof(uint)..]) == Checksum(record[..^sizeof(uint)]);

    public static ContentHash HashOf(ReadOnlySpan<byte> record) => new(record[..ContentHash.Size]);

    /// <summary>Takes the features of an intact record.</summary>
    public static void ReadFeatures(ReadOnlySpan<byte> record, Span<float> features)
    {
        var bytes = record[ContentHash.Size..^sizeof(uint)];
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(features));
            return;
        }

        for (var i = 0; i < features.Length; i++)
            features[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }

    /// <summary>CRC-32C (Castagnoli) with the usual inversions, so that a record of zeros is no intact one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static void WriteFloats(ReadOnlySpan<float> features, Span<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(features).CopyTo(bytes);
            return;
        }

        for (var i = 0; i < features.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], features[i]);
    }
}

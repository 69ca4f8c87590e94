using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MlPipeline.Data.FeatureCache;

/// <summary>
/// The first 512 bytes of a cache file, little-endian: magic (8 bytes), version, header length, K, record length (int32 each),
/// key (32 bytes), instance (16 bytes), three texts (length as int16, then at most 126 bytes of UTF-8): backbone, graph,
/// preprocessing; the last four bytes are the CRC-32C of all before.
/// </summary>
internal sealed record FeatureCacheHeader
{
    public const int Length = 512;

    public const int CurrentVersion = 1;

    private const int KeyAt = 24;
    private const int InstanceAt = 56;
    private const int TextAt = 72;
    private const int TextLength = 128;
    private const int ChecksumAt = Length - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "mlpfeat\0"u8;

    public int Version { get; private init; } = CurrentVersion;

    public required int FeatureCount { get; init; }

    public int RecordLength => FeatureRecord.LengthFor(FeatureCount);

    public required byte[] Key { get; init; }

    /// <summary>Told apart from a later file in the same place.</summary>
    public required Guid Instance { get; init; }

    public string Backbone { get; init; } = "";

    public string Graph { get; init; } = "";

    public string Preprocessing { get; init; } = "";

    public static FeatureCacheHeader For(FeatureCacheKey key) => new()
    {
        FeatureCount = key.FeatureCount,
        Key = key.Hash,
        Instance = Guid.NewGuid(),
        Backbone = key.Backbone,
        Graph = key.Graph,
        Preprocessing = key.Preprocessing,
    };

    /// <summary>Reads a file's header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problem">Why there is none: the file cannot be used.</param>
    public static FeatureCacheHeader? Read(SafeFileHandle file, out string? problem)
    {
        Span<byte> bytes = stackalloc byte[Length];
        problem = RandomAccess.Read(file, bytes, 0) < Length ? "it ends within its header"
            : !bytes.StartsWith(Magic) ? "it is no feature cache"
            : BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) is var version && version != CurrentVersion
            ? $"it is of version {version}, and version {CurrentVersion} is read"
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]) != FeatureRecord.Checksum(bytes[..ChecksumAt])
            ? "its header is damaged"
            : null;
        if (problem is not null)
            return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) != Length || count is < 1 or > FeatureRecord.MaxFeatures
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]) != FeatureRecord.LengthFor(count))
        {
            problem = "its header makes no sense";
            return null;
        }

        return new FeatureCacheHeader
        {
            FeatureCount = count,
            Key = bytes.Slice(KeyAt, 32).ToArray(),
            Instance = new Guid(bytes.Slice(InstanceAt, 16)),
            Backbone = TextIn(bytes, 0),
            Graph = TextIn(bytes, 1),
            Preprocessing = TextIn(bytes, 2),
        };
    }

    /// <summary>Why the file does not belong to a key; null when it does.</summary>
    public string? Misfit(FeatureCacheKey key) =>
        FeatureCount != key.FeatureCount ? $"it holds {FeatureCount} features for each picture, and {key.FeatureCount} are wanted"
        : !Key.AsSpan().SequenceEqual(key.Hash) ? "it belongs to another network or preprocessing"
        : null;

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), FeatureCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), RecordLength);
        Key.CopyTo(bytes.AsSpan(KeyAt));
        Instance.TryWriteBytes(bytes.AsSpan(InstanceAt));
        WriteText(bytes, 0, Backbone);
        WriteText(bytes, 1, Graph);
        WriteText(bytes, 2, Preprocessing);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumAt), FeatureRecord.Checksum(bytes.AsSpan(0, ChecksumAt)));
        return bytes;
    }

    /// <summary>The number of whole records in a file of the given length.</summary>
    public long RecordsIn(long fileLength) => Math.Max(0, fileLength - Length) / RecordLength;

    /// <summary>Where a record begins.</summary>
    public long OffsetOf(long record) => Length + record * RecordLength;

    private static string TextIn(ReadOnlySpan<byte> bytes, int place)
    {
        var field = bytes.Slice(TextAt + place * TextLength, TextLength);
        var length = Math.Clamp(BinaryPrimitives.ReadInt16LittleEndian(field), (short)0, (short)(TextLength - 2));
        return Encoding.UTF8.GetString(field.Slice(2, length));
    }

    // A text that is too long is cut between characters.
    private static void WriteText(Span<byte> bytes, int place, string text)
    {
        var field = bytes.Slice(TextAt + place * TextLength, TextLength);
        Encoding.UTF8.GetEncoder().Convert(text, field[2..], true, out _, out var used, out _);
        BinaryPrimitives.WriteInt16LittleEndian(field, (short)used);
    }
}

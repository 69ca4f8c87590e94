using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlPipeline.Pipeline.Models;

/// <summary>
/// A set of pictures, known by their content: the first 8 bytes of the SHA-256 of each file, sorted. That any of a million other
/// pictures is taken for one of a million has a probability of about one in twenty million.
/// </summary>
[JsonConverter(typeof(PictureDigests.Base64Converter))]
public sealed class PictureDigests
{
    private readonly ulong[] _sorted;

    private PictureDigests(IEnumerable<ulong> digests) => _sorted = [.. digests.Distinct().Order()];

    /// <summary>How many different contents there are.</summary>
    public int Count => _sorted.Length;

    /// <summary>The set of some contents.</summary>
    /// <param name="contentHashes">SHA-256 of each file in hexadecimal; null (a file that cannot be read) is left out.</param>
    public static PictureDigests Of(IEnumerable<string?> contentHashes)
    {
        ArgumentNullException.ThrowIfNull(contentHashes);
        return new PictureDigests(contentHashes.OfType<string>().Select(DigestOf));
    }

    /// <summary>Whether a content is in the set.</summary>
    /// <param name="contentHash">SHA-256 of the file in hexadecimal.</param>
    public bool Contains(string contentHash)
    {
        ArgumentNullException.ThrowIfNull(contentHash);
        return Array.BinarySearch(_sorted, DigestOf(contentHash)) >= 0;
    }

    /// <summary>The pictures of both sets.</summary>
    /// <param name="other">The other set.</param>
    public PictureDigests With(PictureDigests other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PictureDigests(_sorted.Concat(other._sorted));
    }

    private static ulong DigestOf(string contentHash) =>
        BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(contentHash.AsSpan(0, 2 * sizeof(ulong))));

    /// <summary>As base64 of the digests, big-endian and one after the other.</summary>
    internal sealed class Base64Converter : JsonConverter<PictureDigests>
    {
        public override PictureDigests Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var bytes = reader.GetBytesFromBase64();
            return bytes.Length % sizeof(ulong) == 0
                ? new PictureDigests(bytes.Chunk(sizeof(ulong)).Select(b => BinaryPrimitives.ReadUInt64BigEndian(b)))
                : throw new JsonException($"{bytes.Length} bytes are no list of 8-byte digests.");
        }

        public override void Write(Utf8JsonWriter writer, PictureDigests value, JsonSerializerOptions options)
        {
            var bytes = new byte[value.Count * sizeof(ulong)];
            foreach (var (i, digest) in value._sorted.Index())
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), digest);
            writer.WriteBase64StringValue(bytes);
        }
    }
}

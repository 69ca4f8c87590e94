using System.Buffers.Binary;
using System.Text;

namespace MlPipeline.Imaging;

/// <summary>
/// The chunks of a PNG file, found and checked but not inflated. Checksums are checked up to the pixel data, which has its own
/// (Adler-32, inside the zlib stream); a file that ends within or after whole pixel data is taken, as Pillow takes it.
/// </summary>
internal sealed class PngFile
{
    private const int SignatureLength = 8;

    private PngFile(PngHeader header) => Header = header;

    public PngHeader Header { get; }

    /// <summary>R, G, B triples, as many as the file has; empty where it has none.</summary>
    public byte[] Palette { get; private set; } = [];

    public int Orientation { get; private set; } = 1;

    /// <summary>Where the pixel data lies in the file, in order.</summary>
    public List<Range> PixelData { get; } = [];

    /// <summary>The header alone, for a quick look.</summary>
    public static PngHeader ReadHeader(ReadOnlySpan<byte> data)
    {
        var at = SignatureLength;
        var chunk = NextChunk(data, ref at, out var type);
        if (type != Type("IHDR"))
            throw Fault.Corrupt($"a PNG file begins with an IHDR chunk, this one with {Name(type)}");

        CheckSum(data, at, chunk.Length, type);
        return PngHeader.Parse(chunk);
    }

    public static PngFile Read(ReadOnlySpan<byte> data)
    {
        PngFile file = new(ReadHeader(data));
        var at = SignatureLength;
        NextChunk(data, ref at, out _);
        file.ReadUpToPixels(data, ref at);
        file.ReadPixelChunks(data, ref at);
        file.ReadAfterPixels(data, at);
        return file;
    }

    private void ReadUpToPixels(ReadOnlySpan<byte> data, ref int at)
    {
        while (true)
        {
            var start = at;
            if (PeekType(data, at) is uint next && next == Type("IDAT"))
                return;

            var chunk = NextChunk(data, ref at, out var type);
            CheckSum(data, at, chunk.Length, type);
            if (type == Type("IEND"))
                throw Fault.Corrupt($"there is no pixel data before the IEND chunk at byte {start}");

            if (type == Type("IHDR"))
                throw Fault.Corrupt($"a second IHDR chunk at byte {start}");

            if (type == Type("PLTE"))
                ReadPalette(chunk);
            else
                ReadAncillary(type, chunk);
        }
    }

    private void ReadPixelChunks(ReadOnlySpan<byte> data, ref int at)
    {
        while (PeekType(data, at) == Type("IDAT"))
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
            var start = at + 8;
            var end = (int)Math.Min(start + length, data.Length);
            PixelData.Add(start..end);
            at = (int)Math.Min((long)end + 4, data.Length);
        }
    }

    private void ReadAfterPixels(ReadOnlySpan<byte> data, int at)
    {
        while (PeekType(data, at) is uint next && next != Type("IEND") && IsName(next))
        {
            var chunk = NextChunk(data, ref at, out var type);
            ReadAncillary(type, chunk);
        }
    }

    private void ReadPalette(ReadOnlySpan<byte> chunk)
    {
        if (Header.ColorType != PngColorType.Palette)
            return;

        if (chunk.Length > 256 * 3)
            throw Fault.Corrupt($"the palette has {chunk.Length / 3} colours; 256 are possible");

        Palette = chunk[..(chunk.Length / 3 * 3)].ToArray();
    }

    /// <summary>
    /// Only the orientation is of use, but a chunk too short for what it must hold says that the file is broken.
    /// </summary>
    private void ReadAncillary(uint type, ReadOnlySpan<byte> chunk)
    {
        if (type == Type("eXIf"))
        {
            Orientation = ExifOrientation.Read(chunk);
            return;
        }

        var least = 0;
        if (type == Type("tRNS"))
            least = Header.ColorType switch { PngColorType.Gray => 2, PngColorType.Rgb => 6, _ => 0 };
        else if (type == Type("gAMA"))
            least = 4;
        else if (type == Type("sRGB"))
            least = 1;
        else if (type == Type("pHYs"))
            least = 9;
        else if (type == Type("iCCP"))
            least = 3;
        else if (type == Type("acTL"))
            least = 8;
        else if (type == Type("fcTL"))
            least = 26;

        if (chunk.Length < least)
            throw Fault.Corrupt($"the {Name(type)} chunk holds {chunk.Length} bytes; it needs {least}");
    }

    private static uint? PeekType(ReadOnlySpan<byte> data, int at) =>
        at + 8 <= data.Length ? BinaryPrimitives.ReadUInt32BigEndian(data[(at + 4)..]) : null;

    /// <summary>The chunk's content; <paramref name="at"/> moves behind its checksum.</summary>
    private static ReadOnlySpan<byte> NextChunk(ReadOnlySpan<byte> data, ref int at, out uint type)
    {
        if (PeekType(data, at) is not uint found)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, before its pixel data");

        if (!IsName(found))
            throw Fault.Corrupt($"the four bytes at {at + 4}, {found:X8}, are not the name of a chunk");

        type = found;
        long length = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
        var available = data.Length - (at + 8L);
        if (length > available)
        {
            throw Fault.Truncated(
                $"the {Name(type)} chunk at byte {at} claims {length} bytes, but only {available} are left in the file");
        }

        var chunk = data.Slice(at + 8, (int)length);
        at = (int)Math.Min(at + 12L + length, data.Length);
        return chunk;
    }

    private static void CheckSum(ReadOnlySpan<byte> data, int end, int length, uint type)
    {
        var start = end - 4 - length - 4;
        if (start < SignatureLength || BinaryPrimitives.ReadUInt32BigEndian(data[start..]) != type)
            throw Fault.Truncated($"the file ends within the checksum of the {Name(type)} chunk");

        if (Crc32.Of(data[start..(end - 4)]) != BinaryPrimitives.ReadUInt32BigEndian(data[(end - 4)..]))
            throw Fault.Corrupt($"the checksum of the {Name(type)} chunk at byte {start - 4} is wrong");
    }

    /// <summary>Letters, digits and underscores pass, as in Pillow.</summary>
    private static bool IsName(uint type)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            var c = (char)((type >> shift) & 0xFF);
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return true;
    }

    private static uint Type(string name) => (uint)(name[0] << 24 | name[1] << 16 | name[2] << 8 | name[3]);

    private static string Name(uint type)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, type);
        return Encoding.Latin1.GetString(bytes);
    }
}

using System.Buffers.Binary;

namespace MlPipeline.Imaging;

/// <summary>The file and information headers of a bitmap: OS/2 1.x (12 bytes) and all Windows versions (40 to 124).</summary>
internal sealed class BmpHeader
{
    private const int FileHeaderLength = 14;

    private BmpHeader(int width, int height, bool topDown, int bits, BmpCompression compression)
    {
        Width = width;
        Height = height;
        TopDown = topDown;
        Bits = bits;
        Compression = compression;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The first stored row is the top one; otherwise the bottom one.</summary>
    public bool TopDown { get; }

    public int Bits { get; }

    public BmpCompression Compression { get; }

    /// <summary>Where the pixels begin.</summary>
    public int PixelOffset { get; private set; }

    /// <summary>
    /// Where the palette begins, how many entries it has (at most 256) and how long an entry is (B, G, R and a filler).
    /// </summary>
    public (int Offset, int Count, int EntryLength) Palette { get; private set; }

    /// <summary>Which bits of a 16-, 24- or 32-bit pixel are red, green and blue.</summary>
    public (uint Red, uint Green, uint Blue) Masks { get; private set; }

    /// <summary>Bytes from one stored row to the next.</summary>
    public long Stride => (((long)Width * Bits + 31) >> 3) & ~3L;

    /// <summary>Bytes of a row that hold pixels.</summary>
    public long RowBytes => ((long)Width * Bits + 7) >> 3;

    public static BmpHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length < FileHeaderLength + 4)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within its headers");

        var length = BinaryPrimitives.ReadUInt32LittleEndian(data[FileHeaderLength..]);
        if (length is not (12 or 40 or 52 or 56 or 64 or 108 or 124))
            throw Fault.Unsupported($"a bitmap header of {length} bytes is not known");

        if (data.Length < FileHeaderLength + length)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within its headers");

        var info = data.Slice(FileHeaderLength, (int)length);
        return length == 12 ? ParseOs2(data, info) : ParseWindows(data, info);
    }

    private static BmpHeader ParseOs2(ReadOnlySpan<byte> data, ReadOnlySpan<byte> info)
    {
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[10..]);
        BmpHeader header = new(
            BinaryPrimitives.ReadUInt16LittleEndian(info[4..]), BinaryPrimitives.ReadUInt16LittleEndian(info[6..]),
            topDown: false, bits, BmpCompression.None);
        header.CheckSizeAndDepth();
        header.Locate(data, FileHeaderLength + info.Length, colors: 0, entryLength: 3);
        return header;
    }

    private static BmpHeader ParseWindows(ReadOnlySpan<byte> data, ReadOnlySpan<byte> info)
    {
        long height = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        BmpHeader header = new(
            BinaryPrimitives.ReadInt32LittleEndian(info[4..]), (int)Math.Min(Math.Abs(height), int.MaxValue), topDown: height < 0,
            BinaryPrimitives.ReadUInt16LittleEndian(info[14..]),
            (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(info[16..]));
        header.CheckSizeAndDepth();
        header.CheckCompression();

        var end = FileHeaderLength + info.Length;
        if (header.Compression == BmpCompression.BitFields)
        {
            // The masks are part of the longer headers and follow the shortest.
            var at = FileHeaderLength + 40;
            if (info.Length is 40 or 64)
            {
                at = end;
                end += 12;
            }

            if (data.Length < at + 12)
                throw Fault.Truncated($"the file ends after {data.Length} bytes, within its headers");

            header.Masks = (
                BinaryPrimitives.ReadUInt32LittleEndian(data[at..]),
                BinaryPrimitives.ReadUInt32LittleEndian(data[(at + 4)..]),
                BinaryPrimitives.ReadUInt32LittleEndian(data[(at + 8)..]));
            if (header.Bits == 32 && header.Masks == (0u, 0u, 0u))
                header.Masks = (0xFF0000, 0xFF00, 0xFF);
        }

        header.Locate(data, end, BinaryPrimitives.ReadUInt32LittleEndian(info[32..]), entryLength: 4);
        return header;
    }

    private void CheckSizeAndDepth()
    {
        if (Width < 1 || Height < 1)
            throw Fault.Corrupt($"a size of {Width} x {Height} pixels is not possible");

        if (Bits is not (1 or 4 or 8 or 16 or 24 or 32))
            throw Fault.Unsupported($"bitmaps of {Bits} bits per pixel are not supported");

        Masks = Bits == 16 ? (0x7C00u, 0x3E0u, 0x1Fu) : (0xFF0000u, 0xFF00u, 0xFFu);
    }

    private void CheckCompression()
    {
        var fits = Compression switch
        {
            BmpCompression.None => true,
            BmpCompression.Rle8 => Bits == 8,
            BmpCompression.Rle4 => Bits == 4,
            BmpCompression.BitFields => Bits >= 16,
            _ => false,
        };
        if (!fits)
            throw Fault.Unsupported($"bitmap compression {(uint)Compression} with {Bits} bits per pixel is not supported");
    }

    private void Locate(ReadOnlySpan<byte> data, int headerEnd, uint colors, int entryLength)
    {
        if (Bits <= 8)
        {
            if (colors > 65536)
                throw Fault.Corrupt($"a palette of {colors} colours is not possible");

            long count = colors == 0 ? 1 << Bits : colors;
            Palette = (headerEnd, (int)Math.Min(count, 256), entryLength);
            headerEnd = (int)Math.Min(headerEnd + count * entryLength, int.MaxValue);
        }

        var offset = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        if (offset > data.Length)
            throw Fault.Truncated($"the pixels should begin at byte {offset}, but the file has {data.Length}");

        // Some writers leave the offset at zero, or forget the palette in it.
        PixelOffset = (int)offset;
        if (offset == 0 || (Bits <= 8 && offset == Palette.Offset))
            PixelOffset = Math.Min(headerEnd, data.Length);
    }
}

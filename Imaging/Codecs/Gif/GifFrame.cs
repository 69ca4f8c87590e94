using System.Buffers.Binary;

namespace MlPipeline.Imaging;

/// <summary>The logical screen of a GIF file and its first frame, found but not unpacked.</summary>
internal sealed class GifFrame
{
    private const int ScreenLength = 13;
    private const int FrameLength = 9;
    private const byte ImageMark = (byte)',', ExtensionMark = (byte)'!', TrailerMark = (byte)';', GraphicControl = 0xF9;

    private GifFrame(ReadOnlySpan<byte> data)
    {
        if (data.Length < ScreenLength)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within its header");

        ScreenWidth = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]);
        ScreenHeight = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]);
    }

    /// <summary>The screen, grown where the frame reaches beyond it.</summary>
    public int ScreenWidth { get; private set; }

    public int ScreenHeight { get; private set; }

    public int Left { get; private set; }

    public int Top { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public bool Interlaced { get; private set; }

    /// <summary>What covers the screen around the frame: the transparent colour's index, or 0.</summary>
    public int Background { get; private set; }

    /// <summary>256 R, G, B triples.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>The bits of the shortest code, without the two that mark clear and end.</summary>
    public int CodeBits { get; private set; }

    /// <summary>Where the blocks of codes begin.</summary>
    public int DataOffset { get; private set; }

    public static GifFrame Parse(ReadOnlySpan<byte> data)
    {
        GifFrame frame = new(data);
        var at = ScreenLength;
        var palette = ReadPalette(data, data[10], ref at);
        while (true)
        {
            if (at >= data.Length)
                throw Fault.Truncated($"the file ends after {data.Length} bytes, before its first frame");

            var mark = data[at++];
            if (mark == TrailerMark)
                throw Fault.Corrupt("the file ends, by its own mark, without a frame");

            if (mark == ExtensionMark)
                frame.SkipExtension(data, ref at);
            else if (mark == ImageMark)
                break;
        }

        frame.ReadDescriptor(data, at, palette);
        return frame;
    }

    private void SkipExtension(ReadOnlySpan<byte> data, ref int at)
    {
        var control = at < data.Length && data[at] == GraphicControl;
        at++;
        if (control && at + 4 < data.Length && data[at] >= 4 && (data[at + 1] & 1) != 0)
            Background = data[at + 4];

        while (at < data.Length && data[at] != 0)
            at += data[at] + 1;

        at++;
    }

    private void ReadDescriptor(ReadOnlySpan<byte> data, int at, Range? globalPalette)
    {
        if (at + FrameLength + 1 > data.Length)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within the frame's header");

        Left = BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
        Top = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
        Width = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 4)..]);
        Height = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 6)..]);
        if (Width == 0 || Height == 0)
            throw Fault.Corrupt($"a frame of {Width} x {Height} pixels is not possible");

        ScreenWidth = Math.Max(ScreenWidth, Left + Width);
        ScreenHeight = Math.Max(ScreenHeight, Top + Height);

        int flags = data[at + 8];
        Interlaced = (flags & 0x40) != 0;
        at += FrameLength;
        var palette = ReadPalette(data, flags, ref at) ?? globalPalette;
        Palette = ToTriples(palette is Range range ? data[range] : []);

        if (at >= data.Length)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within the frame's header");

        CodeBits = data[at];
        if (CodeBits > 8)
            throw Fault.Corrupt($"codes cannot begin with {CodeBits} bits");

        DataOffset = at + 1;
    }

    private static Range? ReadPalette(ReadOnlySpan<byte> data, int flags, ref int at)
    {
        if ((flags & 0x80) == 0)
            return null;

        var length = 3 << ((flags & 7) + 1);
        if (at + length > data.Length)
            throw Fault.Truncated($"the file ends after {data.Length} bytes, within a palette");

        var range = at..(at + length);
        at += length;
        return range;
    }

    private static byte[] ToTriples(ReadOnlySpan<byte> palette)
    {
        var triples = new byte[256 * 3];
        GrayRamp.Fill(triples);
        palette.CopyTo(triples);
        return triples;
    }
}

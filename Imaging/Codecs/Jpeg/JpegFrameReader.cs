using System.Buffers.Binary;

namespace MlPipeline.Imaging;

/// <summary>Reads a frame header (ITU T.81, B.2.2), and names what is not decoded.</summary>
internal static class JpegFrameReader
{
    private const int Baseline = 0;
    private const int ExtendedSequential = 1;
    private const int Progressive = 2;
    private const int ArithmeticSequential = 9;
    private const int ArithmeticProgressive = 10;

    /// <param name="marker">The SOF marker.</param>
    /// <param name="segment">The header without its length.</param>
    /// <param name="rest">The file after the header: the height may come there, after the first scan.</param>
    public static JpegFrame Read(byte marker, ReadOnlySpan<byte> segment, ReadOnlySpan<byte> rest)
    {
        var process = marker & 15;
        if (process is not (Baseline or ExtendedSequential or Progressive or ArithmeticSequential or ArithmeticProgressive))
        {
            throw Fault.Unsupported(process switch
            {
                3 or 11 => "lossless JPEG is not supported",
                8 => "a JPEG extension (marker 0xC8) is not supported",
                _ => $"hierarchical JPEG (frame type {process}) is not supported",
            });
        }

        if (segment.Length < 6)
            throw Fault.Corrupt("the frame header is cut short");

        int precision = segment[0];
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        int count = segment[5];

        if (precision == 12)
            throw Fault.Unsupported("12-bit samples are not supported");

        if (precision != 8)
            throw Fault.Corrupt($"the frame header announces {precision}-bit samples");

        if (segment.Length != 6 + 3 * count)
            throw Fault.Corrupt($"the frame header's length does not fit its {count} components");

        if (count is not (1 or 3 or 4))
            throw Fault.Unsupported($"{count} colour components are not supported; 1, 3 and 4 are");

        if (height == 0)
            height = FindNumberOfLines(rest);

        if (width == 0 || height == 0)
            throw Fault.Corrupt($"the frame header announces {width} x {height} pixels");

        JpegComponent[] components = new JpegComponent[count];
        for (var i = 0; i < count; i++)
            components[i] = ReadComponent(i, segment.Slice(6 + 3 * i, 3), alone: count == 1);

        return new JpegFrame(
            width, height, process is Progressive or ArithmeticProgressive, process >= ArithmeticSequential, components);
    }

    private static JpegComponent ReadComponent(int index, ReadOnlySpan<byte> entry, bool alone)
    {
        var horizontal = entry[1] >> 4;
        var vertical = entry[1] & 15;
        if (horizontal is < 1 or > 4 || vertical is < 1 or > 4)
            throw Fault.Corrupt($"component {entry[0]} has the sampling factors {horizontal} x {vertical}");

        // A single component's blocks come in plain rows whatever its factors are (ITU T.81, A.2.2).
        return alone
            ? new JpegComponent(index, entry[0], 1, 1, entry[2])
            : new JpegComponent(index, entry[0], horizontal, vertical, entry[2]);
    }

    /// <summary>The height from the DNL segment after the first scan, where the frame header leaves it open; or 0.</summary>
    private static int FindNumberOfLines(ReadOnlySpan<byte> rest)
    {
        var at = rest.IndexOf((ReadOnlySpan<byte>)[0xFF, JpegMarker.NumberOfLines, 0, 4]);
        return at < 0 || rest.Length < at + 6 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[(at + 4)..]);
    }
}

using System.Buffers.Binary;

namespace MlPipeline.Imaging.Decoding;

/// <summary>Reads the orientation from EXIF data: a TIFF header and its first directory.</summary>
internal static class ExifOrientation
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;

    /// <summary>The orientation in <paramref name="tiff"/>, 1 to 8; 1 where there is none or the data makes no sense.</summary>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        bool littleEndian;
        if (tiff.StartsWith("II*\0"u8))
            littleEndian = true;
        else if (tiff.StartsWith("MM\0*"u8))
            littleEndian = false;
        else
            return 1;
        if (tiff.Length < 8)
            return 1;
        var directory = UInt32(tiff[4..], littleEndian);
        if (directory > tiff.Length - 2)
            return 1;
        var entries = tiff[(int)directory..];
        var count = UInt16(entries, littleEndian);
        for (var i = 0; i < count; i++)
        {
            var at = 2 + i * 12;
            if (at + 12 > entries.Length)
                return 1;
            var entry = entries.Slice(at, 12);
            if (UInt16(entry, littleEndian) == OrientationTag)
            {
                var value = UInt16(entry[2..], littleEndian) == ShortType ? UInt16(entry[8..], littleEndian) : 1;
                return value is >= 1 and <= 8 ? value : 1;
            }
        }

        return 1;
    }

    private static int UInt16(ReadOnlySpan<byte> data, bool littleEndian) => littleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(data)
        : BinaryPrimitives.ReadUInt16BigEndian(data);

    private static uint UInt32(ReadOnlySpan<byte> data, bool littleEndian) => littleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(data)
        : BinaryPrimitives.ReadUInt32BigEndian(data);
}

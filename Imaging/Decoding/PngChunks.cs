using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MlPipeline.Imaging.Decoding;

/// <summary>The chunks of a PNG file (ISO/IEC 15948): for the orientation, and for the reason why a file was refused.</summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 13;

    /// <summary>What the file's eXIf chunk says, or 1: SkiaSharp does not read it.</summary>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        var at = SignatureLength;
        while (at + 8 <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 8)
                break;
            if (file.Slice(at + 4, 4).SequenceEqual("eXIf"u8))
                return ExifOrientation.Read(file.Slice(at + 8, (int)length));
            at = (int)Math.Min(file.Length, at + 12L + length);
        }

        return 1;
    }

    /// <summary>The first chunk that is cut short or whose checksum is wrong; null where the chunks are whole.</summary>
    public static ImageDecodeException? FindBreak(ReadOnlySpan<byte> file)
    {
        var at = SignatureLength;
        while (at + 12 <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var name = Encoding.Latin1.GetString(file.Slice(at + 4, 4));
            if (name.AsSpan().ContainsAnyExceptInRange('A', 'z'))
                return new(ImageErrorKind.Corrupt, $"the four bytes at {at + 4} are not the name of a PNG chunk");
            if (length > file.Length - at - 12)
            {
                return new(
                    ImageErrorKind.Truncated,
                    $"the {name} chunk at byte {at} claims {length} bytes, "
                        + $"but only {file.Length - at - 12} are left in the file");
            }

            var body = file.Slice(at + 4, 4 + (int)length);
            at += 12 + (int)length;
            if (Crc32.HashToUInt32(body) != BinaryPrimitives.ReadUInt32BigEndian(file[(at - 4)..]))
                return new(ImageErrorKind.Corrupt, $"the checksum of the {name} chunk at byte {at - 8 - body.Length} is wrong");
            if (name == "IHDR" && length == HeaderLength && FindTooLong(body[4..]) is ImageDecodeException found)
                return found;
            if (name == "IEND")
                return null;
        }

        return new(ImageErrorKind.Truncated, $"the file ends after {file.Length} bytes, before its IEND chunk");
    }

    private static ImageDecodeException? FindTooLong(ReadOnlySpan<byte> header)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(header);
        var height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        return Math.Max(width, height) <= DecodeOptions.LongestSide
            ? null
            : new(
                ImageErrorKind.TooLarge,
                $"one side of {width} x {height} pixels is longer than the limit of {DecodeOptions.LongestSide}");
    }
}

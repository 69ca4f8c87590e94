using System.Buffers.Binary;
using SkiaSharp;

namespace MlPipeline.Imaging.Decoding;

/// <summary>
/// Why a picture was refused. A codec says no more than "incomplete" or "invalid", so the file's own structure is asked where it
/// breaks; and some of what a codec would take on is refused before, by arithmetic.
/// </summary>
internal static class Refusal
{
    /// <summary>Deflate shrinks data to a 1032nd at best; a pixel has one bit at least.</summary>
    private const long PngPixelsPerByte = 1032 * 8;

    /// <summary>Huffman coding spends a bit on each block of 8 x 8 samples at least.</summary>
    private const long JpegPixelsPerByte = 64 * 8;

    /// <summary>Encoders write about ten scans; each goes over the whole picture, however few bytes it has.</summary>
    private const int MostScans = 64;

    /// <summary>The refusal of <paramref name="file"/>, which its codec gave up with <paramref name="result"/>.</summary>
    public static ImageDecodeException Of(ImageFormat format, ReadOnlySpan<byte> file, SKCodecResult result)
    {
        if (FindBreak(format, file) is ImageDecodeException found)
            return found;

        // Run lengths tell only in the end whether there are enough of them.
        if (format == ImageFormat.Bmp && result == SKCodecResult.IncompleteInput)
            return Cut(file, "before the end of its pixels");
        return new(
            ImageErrorKind.Corrupt,
            result == SKCodecResult.IncompleteInput
                ? $"the {Name(format)} file is damaged: its pixel data break off though the file goes on to its end"
                : $"the {Name(format)} file is damaged or of a kind that cannot be decoded ({Describe(result)})");
    }

    /// <summary>Refuses headers that promise more than the file can hold, and scans that ask for endless work.</summary>
    public static void CheckPlausible(ImageInfo info, ReadOnlySpan<byte> file)
    {
        var pixels = (long)info.Width * info.Height;
        var most = long.MaxValue;
        if (info.Format == ImageFormat.Png)
        {
            most = file.Length * PngPixelsPerByte;
        }
        else if (info.Format == ImageFormat.Jpeg)
        {
            JpegMarkers markers = new(file);
            if (!markers.Arithmetic)
                most = file.Length * JpegPixelsPerByte;
            var scans = markers.CountScans();
            if (scans > MostScans)
                throw new ImageDecodeException(ImageErrorKind.Corrupt, $"{scans} scans are more than any encoder writes");
        }
        else if (info.Format == ImageFormat.Bmp && FindBreak(ImageFormat.Bmp, file) is ImageDecodeException cut)
        {
            throw cut;
        }
        else if (info.Format == ImageFormat.Gif && FindGifBreak(file) is { Kind: ImageErrorKind.Unsupported } noPalette)
        {
            // The codec would make such a picture black without a word.
            throw noPalette;
        }

        if (pixels > most)
        {
            throw new ImageDecodeException(
                ImageErrorKind.Truncated,
                $"{file.Length} bytes cannot hold the {info.Width} x {info.Height} pixels that the header promises");
        }
    }

    private static ImageDecodeException? FindBreak(ImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormat.Jpeg => FindJpegBreak(file),
        ImageFormat.Png => PngChunks.FindBreak(file),
        ImageFormat.Gif => FindGifBreak(file),
        ImageFormat.WebP => FindWebPBreak(file),
        ImageFormat.Bmp => Shorter(file, BmpLength(file)),
        _ => Shorter(file, IcoLength(file)),
    };

    private static ImageDecodeException? FindJpegBreak(ReadOnlySpan<byte> file)
    {
        JpegMarkers markers = new(file);
        if (markers.FindUnsupported() is string feature)
            return new(ImageErrorKind.Unsupported, feature);
        return markers.Ends ? null : Cut(file, "before the end of its picture data");
    }

    /// <summary>
    /// The length in the RIFF header, and the canvas of the extended format (VP8X): its sides less one in 24 bits each.
    /// </summary>
    private static ImageDecodeException? FindWebPBreak(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 30 && file[12..16].SequenceEqual("VP8X"u8))
        {
            var width = 1L + (BinaryPrimitives.ReadUInt32LittleEndian(file[24..]) & 0xFFFFFF);
            var height = 1L + (BinaryPrimitives.ReadUInt32LittleEndian(file[26..]) >> 8);
            if (width * height > DecodeOptions.MostPixels)
            {
                return new(
                    ImageErrorKind.TooLarge,
                    $"{width} x {height} pixels are more than the limit of {DecodeOptions.MostPixels} for any picture");
            }
        }

        return Shorter(file, 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]));
    }

    /// <summary>Follows the blocks of a GIF (GIF89a, 12 to 26) to the end of the first picture.</summary>
    private static ImageDecodeException? FindGifBreak(ReadOnlySpan<byte> file)
    {
        var cut = Cut(file, "before the end of its first picture");
        if (file.Length < 13)
            return cut;
        var at = 13L + PaletteLength(file[10]);
        while (at + 10 < file.Length)
        {
            var kind = file[(int)at];
            if (kind is not ((byte)',' or (byte)'!'))
                return new(ImageErrorKind.Corrupt, $"the GIF has a block of unknown kind 0x{kind:X2} at byte {at}");
            var picture = kind == ',';
            if (picture && ((file[10] | file[(int)at + 9]) & 0x80) == 0)
                return new(ImageErrorKind.Unsupported, "a GIF without a palette is not supported");
            at += picture ? 11 + PaletteLength(file[(int)at + 9]) : 2;
            while (at < file.Length && file[(int)at] != 0)
                at += 1 + file[(int)at];
            if (at >= file.Length || picture)
                return at >= file.Length ? cut : null;
            at++;
        }

        return cut;

        static int PaletteLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// <summary>
    /// The bytes that a BMP's headers ask for: up to the pixels at least, and all of them where they are not packed.
    /// </summary>
    private static long BmpLength(ReadOnlySpan<byte> file)
    {
        const int CoreHeader = 26, WindowsHeader = 54;
        if (file.Length < CoreHeader)
            return CoreHeader;
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        long width, height, bits;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12)
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
            height = BinaryPrimitives.ReadUInt16LittleEndian(file[20..]);
            bits = BinaryPrimitives.ReadUInt16LittleEndian(file[24..]);
        }
        else
        {
            if (file.Length < WindowsHeader)
                return WindowsHeader;
            width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
            height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
            bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
            // A row of run lengths has two bytes at least.
            if (BinaryPrimitives.ReadUInt32LittleEndian(file[30..]) is 1 or 2)
                return offset + 2;
        }

        // The last row's padding may be missing.
        return width <= 0 || bits > 32 ? offset : offset + (width * bits + 31) / 32 * 4 * (height - 1) + (width * bits + 7) / 8;
    }

    private static long IcoLength(ReadOnlySpan<byte> file)
    {
        long length = 6;
        for (var entry = 6; file.Length >= 6 && entry < 6 + 16 * BinaryPrimitives.ReadUInt16LittleEndian(file[4..]); entry += 16)
        {
            if (entry + 16 > file.Length)
                return entry + 16;
            length = Math.Max(
                length,
                (long)BinaryPrimitives.ReadUInt32LittleEndian(file[(entry + 8)..])
                    + BinaryPrimitives.ReadUInt32LittleEndian(file[(entry + 12)..]));
        }

        return length;
    }

    private static ImageDecodeException? Shorter(ReadOnlySpan<byte> file, long length) => file.Length >= length
        ? null
        : new(ImageErrorKind.Truncated, $"the file has {file.Length} bytes; its header promises {length}");

    private static ImageDecodeException Cut(ReadOnlySpan<byte> file, string place) =>
        new(ImageErrorKind.Truncated, $"the file ends after {file.Length} bytes, {place}");

    private static string Name(ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
        _ => format.ToString().ToUpperInvariant(),
    };

    private static string Describe(SKCodecResult result) => result switch
    {
        SKCodecResult.ErrorInInput => "its pixel data are wrong",
        SKCodecResult.InvalidInput => "its structure is wrong",
        SKCodecResult.Unimplemented => "the decoder does not know it",
        _ => result.ToString(),
    };
}

using System.Text;

namespace MlPipeline.Imaging.Decoding;

/// <summary>Tells a file's format by its first bytes.</summary>
internal static class FormatDetector
{
    /// <summary>How many bytes at the start of a file are looked at.</summary>
    public const int Window = 512;

    /// <summary>The decodable format that the bytes begin with, or null.</summary>
    public static ImageFormat? Detect(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (data.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
            return ImageFormat.Png;
        if (data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (data.StartsWith("BM"u8))
            return ImageFormat.Bmp;
        if (data.StartsWith("RIFF"u8) && data.Length >= 12 && data[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        if (data.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]))
            return ImageFormat.Ico;
        return null;
    }

    /// <summary>The refusal for bytes that no codec takes: names the format where it is a known one.</summary>
    public static ImageDecodeException Refuse(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return new ImageDecodeException(ImageErrorKind.Truncated, "the file is empty");
        if (NameOf(data[..Math.Min(data.Length, Window)]) is string name)
        {
            return new ImageDecodeException(
                ImageErrorKind.Unsupported, $"this is {name}, which is not supported; JPEG, PNG, BMP, GIF, WebP and ICO are");
        }

        var start = Convert.ToHexString(data[..Math.Min(data.Length, 8)]);
        return new ImageDecodeException(
            ImageErrorKind.Unrecognised, $"not a picture in a known format (it begins with the bytes {start})");
    }

    private static string? NameOf(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8))
            return "a TIFF picture";
        if (data.StartsWith("II+\0"u8) || data.StartsWith("MM\0+"u8))
            return "a BigTIFF picture";
        if (data.StartsWith("RIFF"u8) && data.Length >= 12)
            return "a RIFF file (sound or video)";
        if (data.Length >= 12 && data[4..8].SequenceEqual("ftyp"u8))
            return NameOfBrand(data[8..12]);
        if (data.StartsWith("8BPS"u8))
            return "a Photoshop document (PSD)";
        if (data.StartsWith((ReadOnlySpan<byte>)[0, 0, 2, 0]))
            return "a Windows cursor (CUR)";
        if (data.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P', 32, 32]) ||
            data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]))
        {
            return "a JPEG 2000 picture";
        }

        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) ||
            data.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', 32]))
        {
            return "a JPEG XL picture";
        }

        if (data.StartsWith("II"u8) && data.Length >= 3 && data[2] == 0xBC)
            return "a JPEG XR picture";
        if (data.StartsWith((ReadOnlySpan<byte>)[0x8A, (byte)'M', (byte)'N', (byte)'G']))
            return "an MNG animation";
        if (data.StartsWith("BPG"u8) && data.Length >= 4 && data[3] == 0xFB)
            return "a BPG picture";
        if (data.StartsWith("qoif"u8))
            return "a QOI picture";
        if (data.StartsWith("#?RADIANCE"u8) || data.StartsWith("#?RGBE"u8))
            return "a Radiance HDR picture";
        if (data.StartsWith((ReadOnlySpan<byte>)[0x76, 0x2F, 0x31, 0x01]))
            return "an OpenEXR picture";
        if (data.StartsWith("DDS "u8))
            return "a DirectDraw surface (DDS)";
        if (data.StartsWith("gimp xcf"u8))
            return "a GIMP document (XCF)";
        if (data.StartsWith("%PDF-"u8))
            return "a PDF document";
        if (data.StartsWith("%!PS"u8))
            return "a PostScript document";
        if (data.StartsWith("SIMPLE  ="u8))
            return "a FITS picture";
        if (data.StartsWith("PK\x03\x04"u8))
            return "a ZIP archive";
        if (data.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "a gzip archive";
        if (data.Length >= 3 && data[0] == 'P' && data[1] is >= (byte)'1' and <= (byte)'7' && char.IsWhiteSpace((char)data[2]))
            return "a portable anymap (PBM, PGM, PPM or PAM)";
        if (data.Length >= 4 && data[0] == 0x0A && data[1] <= 5 && data[2] == 1 && data[3] is 1 or 2 or 4 or 8)
            return "a PCX picture";
        return NameOfText(data);
    }

    private static string NameOfBrand(ReadOnlySpan<byte> brand) => Encoding.ASCII.GetString(brand) switch
    {
        "heic" or "heix" or "hevc" or "hevx" or "heim" or "heis" or "mif1" or "msf1" => "a HEIC/HEIF picture",
        "avif" or "avis" => "an AVIF picture",
        "crx " => "a Canon raw picture (CR3)",
        _ => "an ISO media file (video or HEIF)",
    };

    private static string? NameOfText(ReadOnlySpan<byte> data)
    {
        var text = Encoding.Latin1.GetString(data).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (!text.StartsWith('<'))
            return null;
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return "an SVG drawing";
        if (text.Contains("<html", StringComparison.OrdinalIgnoreCase) ||
            text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase))
        {
            return "an HTML page";
        }

        return text.StartsWith("<?xml", StringComparison.Ordinal) ? "an XML document" : null;
    }
}

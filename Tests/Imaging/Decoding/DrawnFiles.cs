using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;

namespace MlPipeline.Imaging.Tests;

/// <summary>Files that the tests draw: WebP through SkiaSharp, PNG and containers byte by byte.</summary>
internal static class DrawnFiles
{
    public const int Width = 45;
    public const int Height = 31;

    public static byte[] LossyWebP { get; } = WebP(SKWebpEncoderCompression.Lossy, 90, transparent: false);

    public static byte[] LosslessWebP { get; } = WebP(SKWebpEncoderCompression.Lossless, 80, transparent: false);

    public static byte[] TransparentWebP { get; } = WebP(SKWebpEncoderCompression.Lossless, 80, transparent: true);

    /// <summary>Two frames; the first is the lossless picture.</summary>
    public static byte[] AnimatedWebP { get; } = Animated(LosslessWebP, LossyWebP);

    /// <summary>Two icons: a PNG file of 21 x 19 pixels and a bitmap of 2 x 2.</summary>
    public static byte[] Icon { get; } = Ico(File.ReadAllBytes(Goldens.PathOf("png/type2-8bit.png")), SmallIconBitmap());

    /// <summary>The sample at column x and row y of the drawn picture: slopes, and stripes below.</summary>
    public static byte Sample(int x, int y, int channel) => (byte)(y > 20 && (x + y) % 8 < 4
        ? 40 + 80 * channel
        : 20 + 4 * x * (channel + 1) / 3 + y * (3 - channel));

    /// <summary>Compared with <see cref="Sample"/>: the greatest and the mean difference.</summary>
    public static (int Worst, double Mean) Compare(Raster raster)
    {
        int worst = 0, sum = 0;
        for (var i = 0; i < raster.Pixels.Length; i++)
        {
            var difference = Math.Abs(raster.Pixels[i] - Sample(i / 3 % raster.Width, i / 3 / raster.Width, i % 3));
            worst = Math.Max(worst, difference);
            sum += difference;
        }

        return (worst, (double)sum / raster.Pixels.Length);
    }

    /// <summary>A PNG of 8-bit samples (colour type 2 unless given) around any pixel data, with chunks before it.</summary>
    public static byte[] Png(
        int width, int height, byte[] pixelData, byte colorType = 2, params (string Name, byte[] Body)[] chunks)
    {
        using MemoryStream stream = new();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colorType);
        foreach (var (name, body) in ((string, byte[])[])[("IHDR", header), .. chunks, ("IDAT", pixelData), ("IEND", [])])
        {
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
            stream.Write(number);
            byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
            stream.Write(named);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(named));
            stream.Write(number);
        }

        return stream.ToArray();
    }

    public static byte[] Compress(byte[] data)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal))
        {
            zlib.Write(data);
        }

        return stream.ToArray();
    }

    /// <summary>
    /// Pictures in a Windows icon; the directory's sizes are left at zero (256), for decoders must not trust them.
    /// </summary>
    public static byte[] Ico(params byte[][] pictures)
    {
        List<byte> file = [0, 0, 1, 0, (byte)pictures.Length, 0];
        var offset = 6 + 16 * pictures.Length;
        foreach (var picture in pictures)
        {
            file.AddRange([0, 0, 0, 0, 1, 0, 32, 0, .. BitConverter.GetBytes(picture.Length), .. BitConverter.GetBytes(offset)]);
            offset += picture.Length;
        }

        foreach (var picture in pictures)
            file.AddRange(picture);

        return [.. file];
    }

    private static byte[] SmallIconBitmap()
    {
        var header = new byte[40];
        BinaryPrimitives.WriteInt32LittleEndian(header, 40);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), 4);
        (header[12], header[14]) = (1, 32);
        return [.. header, .. Enumerable.Repeat((byte)200, 16), .. new byte[8]];
    }

    private static unsafe byte[] WebP(SKWebpEncoderCompression compression, float quality, bool transparent)
    {
        var pixels = new byte[Width * Height * 4];
        for (var i = 0; i < pixels.Length; i++)
        {
            (var x, var y) = (i / 4 % Width, i / 4 / Width);
            pixels[i] = i % 4 < 3 ? Sample(x, y, i % 4) : transparent ? (byte)(1 + x * 5) : (byte)255;
        }

        fixed (byte* start = pixels)
        {
            SKImageInfo info = new(
                Width, Height, SKColorType.Rgba8888, transparent ? SKAlphaType.Unpremul : SKAlphaType.Opaque, null);
            using SKPixmap pixmap = new(info, (IntPtr)start);
            using var data = pixmap.Encode(new SKWebpEncoderOptions(compression, quality));
            return data.ToArray();
        }
    }

    /// <summary>The lossless picture in the extended container (RFC 9649) with EXIF data.</summary>
    public static byte[] WebPWithExif(byte[] exif) =>
        Riff([.. Chunk("VP8X", [8, 0, 0, 0, .. Canvas]), .. LosslessWebP[12..], .. Chunk("EXIF", exif)]);

    private static byte[] Canvas => [.. BitConverter.GetBytes(Width - 1)[..3], .. BitConverter.GetBytes(Height - 1)[..3]];

    /// <summary>VP8X, ANIM and an ANMF chunk for each simple file.</summary>
    private static byte[] Animated(params byte[][] simpleFiles)
    {
        List<byte> body = [.. Chunk("VP8X", [2, 0, 0, 0, .. Canvas]), .. Chunk("ANIM", new byte[6])];
        foreach (var file in simpleFiles)
            body.AddRange(Chunk("ANMF", [.. new byte[6], .. Canvas, 100, 0, 0, 2, .. file[12..]]));

        return Riff([.. body]);
    }

    private static byte[] Riff(byte[] chunks) =>
        [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] Chunk(string name, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(content.Length), .. content, .. new byte[content.Length & 1]];
}

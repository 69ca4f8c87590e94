using System.Buffers.Binary;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>What a header says: size, orientation, colour information; and headers that promise too much.</summary>
public class HeaderTests
{
    private const ushort Huge = 60_000;

    public static TheoryData<string> Formats => ["png", "gif", "bmp", "jpeg", "webp", "ico"];

    public static TheoryData<string, int> Oriented
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (var format in (string[])["jpeg", "png", "webp"])
            {
                for (var orientation = 1; orientation <= 8; orientation++)
                    cases.Add(format, orientation);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_huge_header_is_refused_without_taking_memory(string format)
    {
        var file = HugeFile(format);
        Assert.Equal(ImageErrorKind.TooLarge, Refusal(file).Kind);
        var managed = GC.GetAllocatedBytesForCurrentThread();
        var resident = Environment.WorkingSet;

        for (var i = 0; i < 20; i++)
        {
            var error = Refusal(file);
            Assert.Equal(ImageErrorKind.TooLarge, error.Kind);
            Assert.StartsWith($"huge.{format}: {Huge} x {Huge} pixels are ", error.Message);
            Assert.Contains("more than the limit of ", error.Message);
        }

        // One such picture has 14 GB of pixels; other tests run beside this one.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - managed, 0, 1 << 20);
        Assert.True(Environment.WorkingSet - resident < 500 << 20);
    }

    [Theory]
    [MemberData(nameof(Oriented))]
    public void Pictures_come_upright(string format, int orientation)
    {
        var file = format switch
        {
            "jpeg" => JpegGoldens.FileOf($"orientation-{orientation}"),
            "png" => DrawnFiles.Png(2, 1, DrawnFiles.Compress([0, 9, 9, 9, 70, 70, 70]), chunks: ("eXIf", Exif(orientation))),
            _ => DrawnFiles.WebPWithExif(Exif(orientation)),
        };
        using var stored = ImageDecoder.Decode(file, new DecodeOptions { ApplyOrientation = false });
        using var expected = Orientation.Apply(stored, orientation);

        using var upright = ImageDecoder.Decode(file);

        Assert.Equal(orientation, ImageDecoder.Identify(file).Orientation);
        Assert.Equal((expected.Width, expected.Height), (upright.Width, upright.Height));
        Assert.True(expected.Pixels.SequenceEqual(upright.Pixels));
    }

    [Theory]
    [InlineData("4D4D002A00000008000101120003000000010006000000000000", 6)]
    [InlineData("49492A0008000000010012010300010000000800000000", 8)]
    [InlineData("49492A0008000000010012010300010000000900", 1)]
    [InlineData("49492A00080000000100", 1)]
    [InlineData("49492A00FFFFFFFF", 1)]
    [InlineData("", 1)]
    public void Nonsense_for_an_orientation_is_upright(string exif, int orientation)
    {
        var file = DrawnFiles.Png(2, 1, DrawnFiles.Compress(new byte[7]), chunks: ("eXIf", Convert.FromHexString(exif)));
        Assert.Equal(orientation, ImageDecoder.Identify(file).Orientation);
    }

    /// <summary>A gamma of 1.0, an intent and a profile would make other numbers of 9 and 70 if anyone applied them.</summary>
    [Fact]
    public void Colour_information_changes_no_numbers()
    {
        byte[] gamma = [0, 1, 0x86, 0xA0];
        var plain = DrawnFiles.Compress([0, 9, 80, 7, 70, 200, 170]);
        var file = DrawnFiles.Png(2, 1, plain, chunks: ("gAMA", gamma));
        var intent = DrawnFiles.Png(2, 1, plain, chunks: [("gAMA", gamma), ("sRGB", [1])]);
        foreach (var picture in (byte[][])[file, intent])
        {
            using var raster = ImageDecoder.Decode(picture);
            Assert.Equal(new byte[] { 9, 80, 7, 70, 200, 170 }, raster.Pixels.ToArray());
        }
    }

    private static byte[] Exif(int orientation) =>
        [.. "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static byte[] HugeFile(string format)
    {
        switch (format)
        {
            case "png":
                return HugePng();
            case "ico":
                return DrawnFiles.Ico(HugePng());
            case "gif":
                var gif = File.ReadAllBytes(Goldens.PathOf("gif/plain.gif"));
                BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(6), Huge);
                BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(8), Huge);
                return gif;
            case "bmp":
                var bmp = File.ReadAllBytes(Goldens.PathOf("bmp/rgb24.bmp"));
                BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), Huge);
                BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), Huge);
                return bmp;
            case "webp":
                // The canvas of an animation: its sides less one are the extended header's last six bytes.
                byte[] webp = [.. DrawnFiles.AnimatedWebP];
                var side = BitConverter.GetBytes(Huge - 1)[..3];
                side.CopyTo(webp, 24);
                side.CopyTo(webp, 27);
                return webp;
            default:
                var jpeg = JpegGoldens.FileOf("progressive-2x2");
                var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]);
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), Huge);
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), Huge);
                return jpeg;
        }
    }

    private static byte[] HugePng() => DrawnFiles.Png(Huge, Huge, DrawnFiles.Compress(new byte[1000]));

    private static ImageDecodeException Refusal(byte[] file)
    {
        var name = file[0] switch
        {
            0x89 => "png",
            (byte)'G' => "gif",
            (byte)'B' => "bmp",
            0xFF => "jpeg",
            0 => "ico",
            _ => "webp",
        };
        return Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file, path: $"huge.{name}").Dispose());
    }
}

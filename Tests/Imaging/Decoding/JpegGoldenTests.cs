using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>Pixels equal Pillow's (libjpeg-turbo's), to the last bit, for all coding, sampling, sizes and colours.</summary>
public class JpegGoldenTests
{
    public static TheoryData<string> Names => [.. JpegGoldens.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Pixels_are_those_of_libjpeg(string name)
    {
        var file = JpegGoldens.FileOf(name);
        foreach (var golden in JpegGoldens.All.Where(golden => golden.Name == name))
        {
            DecodeOptions options = new()
            {
                ApplyOrientation = false,
                AtLeast = golden.Scale == 1 ? null : (golden.Width, golden.Height),
            };
            using var raster = ImageDecoder.Decode(file, options);

            Assert.Equal((golden.Width, golden.Height), (raster.Width, raster.Height));
            Assert.True(
                raster.Pixels.SequenceEqual(JpegGoldens.PixelsOf(golden)),
                $"{name} at 1/{golden.Scale}: {Difference(raster.Pixels, JpegGoldens.PixelsOf(golden))}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Header_is_read_without_decoding(string name)
    {
        JpegGoldens.Golden golden = JpegGoldens.All.First(golden => golden.Name == name && golden.Scale == 1);

        var info = ImageDecoder.Identify(JpegGoldens.FileOf(name));

        Assert.Equal(new ImageInfo(ImageFormat.Jpeg, golden.Width, golden.Height, golden.Orientation), info);
    }

    [Fact]
    public void Orientation_is_applied_and_the_asked_size_is_that_of_the_upright_picture()
    {
        var stored = JpegGoldens.FileOf("orientation-6");

        using var upright = ImageDecoder.Decode(stored);
        using var reduced = ImageDecoder.Decode(stored, new DecodeOptions { AtLeast = (6, 10) });
        using var full = ImageDecoder.Decode(stored, new DecodeOptions { AtLeast = (7, 10) });

        Assert.Equal((11, 19), (upright.Width, upright.Height));
        Assert.Equal((6, 10), (reduced.Width, reduced.Height));
        Assert.Equal((11, 19), (full.Width, full.Height));
    }

    [Theory]
    [InlineData(100, 100, 61, 43)]
    [InlineData(61, 43, 61, 43)]
    [InlineData(32, 22, 61, 43)]
    [InlineData(31, 22, 31, 22)]
    [InlineData(16, 12, 31, 22)]
    [InlineData(16, 11, 16, 11)]
    [InlineData(8, 6, 8, 6)]
    [InlineData(1, 1, 8, 6)]
    public void Reduced_size_never_falls_below_the_asked_one(int width, int height, int expectedWidth, int expectedHeight)
    {
        DecodeOptions options = new() { AtLeast = (width, height) };

        using var raster = ImageDecoder.Decode(JpegGoldens.FileOf("baseline-2x2"), options);

        Assert.Equal((expectedWidth, expectedHeight), (raster.Width, raster.Height));
    }

    private static string Difference(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected)
    {
        var worst = 0;
        var count = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(actual[i] - expected[i]);
            count += difference > 0 ? 1 : 0;
            worst = Math.Max(worst, difference);
        }

        return $"{count} of {expected.Length} samples differ, by up to {worst}";
    }
}

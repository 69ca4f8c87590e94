using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>The formats that SkiaSharp brings, and truncation in each format.</summary>
public class WebPAndIconTests
{
    public static TheoryData<string> Cut =>
    [
        "lossy.webp", "lossless.webp", "transparent.webp", "animated.webp", "icon.ico", "png/type2-8bit.png",
        "png/type3-4bit-adam7.png", "bmp/rgb24.bmp", "bmp/palette8.bmp", "bmp/rle8.bmp", "bmp/palette4-os2.bmp", "gif/plain.gif",
        "gif/own-palette.gif",
    ];

    [Theory]
    [InlineData("lossless.webp")]
    [InlineData("transparent.webp")]
    [InlineData("animated.webp")]
    public void Lossless_WebP_gives_the_drawn_picture_back(string name)
    {
        var file = FileOf(name);
        using var raster = ImageDecoder.Decode(file);

        Assert.Equal((DrawnFiles.Width, DrawnFiles.Height), (raster.Width, raster.Height));
        Assert.Equal((0, 0), DrawnFiles.Compare(raster));
        Assert.Equal(
            new ImageInfo(ImageFormat.WebP, DrawnFiles.Width, DrawnFiles.Height, 1), ImageDecoder.Identify(file));
    }

    /// <summary>Quality 90 with halved chroma: saturated stripes lose most.</summary>
    [Fact]
    public void Lossy_WebP_is_near_the_drawn_picture()
    {
        using var raster = ImageDecoder.Decode(DrawnFiles.LossyWebP);

        var (worst, mean) = DrawnFiles.Compare(raster);
        Assert.True(worst is > 0 and < 90 && mean < 8, $"worst {worst}, mean {mean}");
    }

    [Theory]
    [InlineData(45, 31, 45, 31)]
    [InlineData(23, 16, 23, 16)]
    [InlineData(24, 2, 45, 31)]
    [InlineData(5, 3, 6, 4)]
    public void WebP_is_reduced_by_halves_and_never_below_what_is_asked(
        int width, int height, int expectedWidth, int expectedHeight)
    {
        using var raster = ImageDecoder.Decode(DrawnFiles.LosslessWebP, new DecodeOptions { AtLeast = (width, height) });

        Assert.Equal((expectedWidth, expectedHeight), (raster.Width, raster.Height));
        using var full = ImageDecoder.Decode(DrawnFiles.LosslessWebP);
        Assert.Equal(Mean(full), Mean(raster), 3.0);
    }

    [Fact]
    public void The_largest_picture_of_an_icon_is_read()
    {
        using var expected = ImageDecoder.DecodeFile(Goldens.PathOf("png/type2-8bit.png"));
        using var raster = ImageDecoder.Decode(DrawnFiles.Icon);

        Assert.Equal((expected.Width, expected.Height), (raster.Width, raster.Height));
        Assert.True(expected.Pixels.SequenceEqual(raster.Pixels));
        Assert.Equal(ImageFormat.Ico, ImageDecoder.Identify(DrawnFiles.Icon).Format);
    }

    /// <summary>At every length the file is refused as truncated, or nothing that matters was cut off.</summary>
    [Theory]
    [MemberData(nameof(Cut))]
    public void A_file_cut_short_is_refused_as_truncated(string name)
    {
        var file = FileOf(name);
        using var whole = ImageDecoder.Decode(file);
        var refused = 0;
        for (var length = 12; length < file.Length; length++)
        {
            try
            {
                using var raster = ImageDecoder.Decode(file.AsSpan(0, length), path: "cut");
                Assert.True(raster.Pixels.SequenceEqual(whole.Pixels), $"{length} of {file.Length} bytes gave other pixels");
            }
            catch (ImageDecodeException error)
            {
                Assert.True(error.Kind == ImageErrorKind.Truncated, $"{length} of {file.Length} bytes: {error.Message}");
                refused++;
            }
        }

        // A picture in front of the last of an animation, or of an icon, may be whole long before the end.
        Assert.True(refused > file.Length * 0.4, $"{refused} of {file.Length}");
    }

    private static byte[] FileOf(string name) => name switch
    {
        "lossy.webp" => DrawnFiles.LossyWebP,
        "lossless.webp" => DrawnFiles.LosslessWebP,
        "transparent.webp" => DrawnFiles.TransparentWebP,
        "animated.webp" => DrawnFiles.AnimatedWebP,
        "icon.ico" => DrawnFiles.Icon,
        _ => File.ReadAllBytes(Goldens.PathOf(name)),
    };

    private static double Mean(Raster raster)
    {
        var sum = 0L;
        foreach (var sample in raster.Pixels)
            sum += sample;

        return (double)sum / raster.Pixels.Length;
    }
}

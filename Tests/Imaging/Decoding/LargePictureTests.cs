using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>Pictures as large as phones take them.</summary>
public class LargePictureTests
{
    [Fact]
    public void A_photograph_of_200_megapixels_is_read_at_the_size_that_is_used()
    {
        var file = FlatJpeg(16320, 12240);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var raster = ImageDecoder.Decode(file, new DecodeOptions { AtLeast = (256, 256) });
        Assert.Equal((2040, 1530), (raster.Width, raster.Height));
        Assert.Equal([128, 128, 128], raster.Row(700).Slice(3000, 3).ToArray());
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
    }

    [Fact]
    public void What_is_above_the_limit_is_refused_with_both_numbers_and_the_way_to_another_limit()
    {
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(FlatJpeg(20000, 12504)));
        Assert.Equal(ImageErrorKind.TooLarge, error.Kind);
        Assert.Contains("20000 x 12504 pixels are 250.08 megapixels, more than the limit of 250; --max-pixels", error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>A baseline JPEG of one gray: every block is a bit for its unchanged mean and a bit for its end.</summary>
    private static byte[] FlatJpeg(int width, int height)
    {
        byte[] oneCode = [1, .. new byte[15], 0];
        var blocks = (long)((width + 7) / 8) * ((height + 7) / 8);
        return
        [
            0xFF, 0xD8,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
            0xFF, 0xC0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0,
            0xFF, 0xC4, 0, 20, 0x00, .. oneCode,
            0xFF, 0xC4, 0, 20, 0x10, .. oneCode,
            0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0,
            .. new byte[(blocks * 2 + 7) / 8],
            0xFF, 0xD9,
        ];
    }
}

using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

public class RasterTests
{
    /// <summary>Where EXIF says that stored row 0 and column 0 are seen, drawn as a 3 x 2 picture of letters a to f.</summary>
    [Theory]
    [InlineData(1, 3, "abcdef")]
    [InlineData(2, 3, "cbafed")]
    [InlineData(3, 3, "fedcba")]
    [InlineData(4, 3, "defabc")]
    [InlineData(5, 2, "adbecf")]
    [InlineData(6, 2, "daebfc")]
    [InlineData(7, 2, "fcebda")]
    [InlineData(8, 2, "cfbead")]
    public void Orientations_are_the_eight_of_EXIF(int orientation, int width, string seen)
    {
        using var stored = Letters(3, 2, "abcdef");
        using var upright = Orientation.Apply(stored, orientation);
        Assert.Equal((width, 6 / width), (upright.Width, upright.Height));
        Assert.Equal(seen, Text(upright));
    }

    [Fact]
    public void Orientations_beyond_eight_are_refused()
    {
        using Raster raster = new(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Orientation.Apply(raster, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orientation.Apply(raster, 9));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(11, false)]
    public void A_picture_is_grey_where_every_pixel_is(int changed, bool isGrey)
    {
        using Raster raster = new(2, 2);
        raster.Pixels.Fill(7);
        if (changed > 0)
            raster.Pixels[changed]++;
        Assert.Equal(isGrey, raster.IsGrayscale);
    }

    [Fact]
    public void Crops_and_borders_are_where_they_should_be()
    {
        using var source = Letters(3, 3, "abcdefghi");
        using var crop = Cropping.Crop(source, 1, 1, 2, 2);
        Assert.Equal("efhi", Text(crop));
        using var center = Cropping.CenterCrop(source, 2, 1);
        Assert.Equal("de", Text(center));
        using var grown = Cropping.CenterCrop(crop, 4, 1);
        Assert.Equal("\0ef\0", Text(grown));
        using var padded = Cropping.Pad(crop, 0, 1, 1, 0, ((byte)'x', (byte)'x', (byte)'x'));
        Assert.Equal("xxxefxhix", Text(padded));
        using var mirrored = Cropping.FlipHorizontal(crop);
        Assert.Equal("feih", Text(mirrored));
        using var turned = Cropping.FlipVertical(crop);
        Assert.Equal("hief", Text(turned));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cropping.Crop(source, 2, 0, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cropping.Crop(source, 0, 0, 0, 1));
    }

    [Theory]
    [InlineData(PixelLayout.Nchw, ColorOrder.Rgb)]
    [InlineData(PixelLayout.Nchw, ColorOrder.Bgr)]
    [InlineData(PixelLayout.Nhwc, ColorOrder.Rgb)]
    [InlineData(PixelLayout.Nhwc, ColorOrder.Bgr)]
    public void Tensors_hold_scaled_and_standardised_samples(PixelLayout layout, ColorOrder order)
    {
        using Raster source = new(13, 5);
        new Random(8).NextBytes(source.Pixels);
        float[] mean = [0.4f, 0.5f, 0.6f], std = [0.2f, 0.3f, 0.7f], tensor = new float[13 * 5 * 3 + 1];
        tensor[^1] = 77;
        PixelTensor.Write(source, tensor, layout, order, 1 / 255f, mean, std);
        Assert.Equal(77, tensor[^1]);
        for (var pixel = 0; pixel < 65; pixel++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var sample = source.Pixels[pixel * 3 + (order == ColorOrder.Rgb ? channel : 2 - channel)];
                var expected = (sample * (1 / 255f) - mean[channel]) / std[channel];
                Assert.Equal(expected, tensor[layout == PixelLayout.Nchw ? channel * 65 + pixel : pixel * 3 + channel]);
            }
        }

        Assert.Throws<ArgumentException>(() => PixelTensor.Write(source, new float[10], layout, order, 1, mean, std));
        Assert.Throws<ArgumentException>(() => PixelTensor.Write(source, tensor, layout, order, 1, mean.AsSpan(1), std));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(7, 9)]
    [InlineData(16, 4)]
    public void Pixels_of_four_bytes_are_given_and_taken(int width, int height)
    {
        using Raster raster = new(width, height);
        new Random(width).NextBytes(raster.Pixels);
        foreach (var order in (ColorOrder[])[ColorOrder.Rgb, ColorOrder.Bgr])
        {
            var four = new byte[width * height * 4 + 1];
            four[^1] = 77;
            raster.CopyToFourBytePixels(four, order);
            Assert.Equal(77, four[^1]);
            for (var i = 0; i < width * height; i++)
            {
                Assert.Equal(255, four[4 * i + 3]);
                for (var channel = 0; channel < 3; channel++)
                    Assert.Equal(raster.Pixels[3 * i + channel], four[4 * i + (order == ColorOrder.Rgb ? channel : 2 - channel)]);
            }

            using var again = Raster.FromFourBytePixels(four.AsSpan(0, four.Length - 1), width, height, order);
            Assert.True(raster.Pixels.SequenceEqual(again.Pixels));
            Assert.Throws<ArgumentException>(() => Raster.FromFourBytePixels(four, width, height, order));
            Assert.Throws<ArgumentException>(() => raster.CopyToFourBytePixels(new byte[4 * width * height - 1], order));
        }
    }

    [Fact]
    public void A_raster_is_black_and_ends_with_its_disposal()
    {
        Raster raster = new(2, 2);
        Assert.Equal(new byte[12], raster.Pixels.ToArray());
        var copy = raster.Clone();
        copy.Pixels.Fill(5);
        Assert.Equal(0, raster.Pixels[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => raster.Row(2));
        raster.Dispose();
        raster.Dispose();
        Assert.Throws<ObjectDisposedException>(() => raster.Pixels.Length);
        copy.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => new Raster(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Raster(100_000, 100_000));
    }

    private static Raster Letters(int width, int height, string letters)
    {
        Raster raster = new(width, height);
        for (var i = 0; i < letters.Length; i++)
            raster.Pixels.Slice(i * 3, 3).Fill((byte)letters[i]);

        return raster;
    }

    private static string Text(Raster raster)
    {
        var letters = new char[raster.Width * raster.Height];
        for (var i = 0; i < letters.Length; i++)
            letters[i] = (char)raster.Pixels[i * 3];

        return new string(letters);
    }
}

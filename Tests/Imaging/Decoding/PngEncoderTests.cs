using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

public class PngEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(200, 3)]
    [InlineData(257, 129)]
    public void What_is_encoded_is_decoded_again(int width, int height)
    {
        using Raster raster = new(width, height);
        Random random = new(width);
        for (var y = 0; y < height; y++)
        {
            var row = raster.Row(y);
            if (y % 3 == 0)
            {
                random.NextBytes(row);
            }
            else
            {
                for (var x = 0; x < row.Length; x++)
                    row[x] = (byte)(x + y * y);
            }
        }

        var file = PngEncoder.Encode(raster);
        using var again = ImageDecoder.Decode(file);
        Assert.Equal((width, height), (again.Width, again.Height));
        Assert.True(raster.Pixels.SequenceEqual(again.Pixels));
    }

    [Fact]
    public void A_large_picture_goes_into_many_chunks()
    {
        using Raster raster = new(400, 300);
        new Random(1).NextBytes(raster.Pixels);
        var file = PngEncoder.Encode(raster);
        using var again = ImageDecoder.Decode(file);
        Assert.True(raster.Pixels.SequenceEqual(again.Pixels));
        Assert.InRange(file.Length, 360_000, 365_000);
    }

    [Fact]
    public void Gray_levels_come_back_as_gray()
    {
        byte[] levels = [0, 50, 100, 150, 200, 250];
        using MemoryStream stream = new();
        PngEncoder.EncodeGray(levels, 3, 2, stream);
        using var raster = ImageDecoder.Decode(stream.ToArray());
        Assert.Equal(levels.SelectMany(level => new[] { level, level, level }), raster.Pixels.ToArray());
        Assert.Throws<ArgumentException>(() => PngEncoder.EncodeGray(levels, 4, 2, stream));
    }

    /// <summary>A slope is nothing but a constant to the right filter.</summary>
    [Fact]
    public void Filters_make_smooth_pictures_small()
    {
        using Raster raster = new(256, 256);
        for (var y = 0; y < 256; y++)
        {
            var row = raster.Row(y);
            for (var x = 0; x < 256; x++)
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = ((byte)x, (byte)y, (byte)(x + y));
        }

        Assert.InRange(PngEncoder.Encode(raster).Length, 100, 4000);
    }
}

using System.Globalization;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;

namespace MlPipeline.Imaging.Tests;

public class ResamplerTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Goldens.PathOf("resize"), "*-*.png").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_are_Pillows_to_the_bit(string name)
    {
        var parts = Path.GetFileNameWithoutExtension(name).Split('-');
        using var source = ImageDecoder.DecodeFile(Goldens.PathOf($"resize/{parts[0]}.png"));
        using var expected = ImageDecoder.DecodeFile(Goldens.PathOf($"resize/{name}"));
        var filter = Enum.Parse<ResampleFilter>(parts[1]);
        (double, double, double, double)? box = null;
        if (parts.Length > 3)
        {
            double[] edges = [.. parts[3].Split(',').Select(edge => double.Parse(edge, CultureInfo.InvariantCulture))];
            box = (edges[0], edges[1], edges[2], edges[3]);
        }

        using var resized = Resampler.Resize(source, expected.Width, expected.Height, filter, box);
        Assert.Equal(expected.Pixels.ToArray(), resized.Pixels.ToArray());

        PixelBox window = new(expected.Width / 3, expected.Height / 4, expected.Width / 2, expected.Height / 2);
        using var part = Resampler.Resize(source, expected.Width, expected.Height, filter, window, box);
        using var cropped = Cropping.Crop(resized, window.Left, window.Top, window.Width, window.Height);
        Assert.True(cropped.Pixels.SequenceEqual(part.Pixels));
    }

    [Fact]
    public void Planes_are_resized_as_Pillow_resizes_them()
    {
        string[][] facts = [.. Goldens.Facts("resize/plane.tsv")];
        var plane = Numbers(facts[0][3]);
        foreach (var fact in facts[1..])
        {
            var resized = Resampler.Resize(
                plane, 9, 7, int.Parse(fact[1]), int.Parse(fact[2]), Enum.Parse<ResampleFilter>(fact[0]));
            var expected = Numbers(fact[3]);
            Assert.Equal(expected.Length, resized.Length);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], resized[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData(50, 37, 31, 22, ResampleFilter.Lanczos)]
    [InlineData(2, 3, 40, 50, ResampleFilter.Bicubic)]
    [InlineData(700, 2, 3, 2, ResampleFilter.Lanczos)]
    [InlineData(33, 40, 34, 9, ResampleFilter.Bilinear)]
    public void Vector_bodies_equal_the_scalar_one(int width, int height, int newWidth, int newHeight, ResampleFilter filter)
    {
        using Raster source = new(width, height);
        new Random(3).NextBytes(source.Pixels);
        using var rows = ResampleAxis.Of(width, 0, width, newWidth, 0, newWidth, filter);
        byte[] scalar = new byte[newWidth * height * 3], narrow = new byte[scalar.Length], wide = new byte[scalar.Length];
        ResampleRows.RunScalar(source.Pixels, width * 3, 0, height, rows, scalar);
        ResampleRows.RunVector128(source.Pixels, width * 3, height, rows, narrow);
        ResampleRows.Run(source.Pixels, width, height, rows, wide);
        Assert.Equal(scalar, narrow);
        Assert.Equal(scalar, wide);

        using var columns = ResampleAxis.Of(height, 0, height, newHeight, 0, newHeight, filter);
        byte[] plain = new byte[newHeight * width * 3], four = new byte[plain.Length], any = new byte[plain.Length];
        ResampleColumns.Run(source.Pixels, width * 3, 0, 0, width * 3, columns, any);
        unsafe
        {
            fixed (byte* from = source.Pixels, toPlain = plain, toFour = four)
            {
                for (var y = 0; y < newHeight; y++)
                {
                    var first = from + columns.Starts[y] * width * 3;
                    var weights = columns.Weights.Slice(y * columns.Taps, columns.Counts[y]);
                    ResampleColumns.RunRowScalar(first, width * 3, width * 3, weights, toPlain + y * width * 3);
                    ResampleColumns.RunRowVector128(first, width * 3, width * 3, weights, toFour + y * width * 3);
                }
            }
        }

        Assert.Equal(plain, four);
        Assert.Equal(plain, any);
    }

    [Fact]
    public void One_colour_stays_one_colour()
    {
        using Raster source = new(123, 77);
        source.Pixels.Fill(201);
        foreach (var filter in Enum.GetValues<ResampleFilter>())
        {
            using var resized = Resampler.Resize(source, 50, 90, filter);
            Assert.Equal(-1, resized.Pixels.IndexOfAnyExcept((byte)201));
        }
    }

    [Fact]
    public void Bad_boxes_and_sizes_are_refused()
    {
        using Raster source = new(10, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(source, 0, 5, ResampleFilter.Box));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(source, 5, 5, ResampleFilter.Box, (0, 0, 11, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(source, 5, 5, ResampleFilter.Box, (3, 0, 3, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Resampler.Resize(source, 5, 5, ResampleFilter.Box, (double.NaN, 0, 3, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Resampler.Resize(source, 5, 5, ResampleFilter.Box, new PixelBox(1, 1, 5, 2)));
    }

    private static float[] Numbers(string text) =>
        [.. text.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
}

using MlPipeline.Imaging;

namespace MlPipeline.Pipeline.Tests;

public sealed class ImageOperationTests
{
    private const ImageResizingEstimator.ResizingKind Pad = ImageResizingEstimator.ResizingKind.IsoPad;
    private const ImageResizingEstimator.ResizingKind Crop = ImageResizingEstimator.ResizingKind.IsoCrop;
    private const ImageResizingEstimator.ResizingKind Fill = ImageResizingEstimator.ResizingKind.Fill;

    [Fact]
    public void Padding_keeps_the_ratio_and_adds_black()
    {
        using var source = Filled(40, 20, 200);
        using var result = new ResizeOperation(20, 20, Pad).Apply(source);

        Assert.Equal((20, 20), (result.Width, result.Height));
        Assert.Equal([0, 200, 200, 0], new[] { 4, 5, 14, 15 }.Select(y => result.Row(y)[30]).Select(v => (int)v));
    }

    [Theory]
    [InlineData(ImageResizingEstimator.Anchor.Left, 0)]
    [InlineData(ImageResizingEstimator.Anchor.Center, 10)]
    [InlineData(ImageResizingEstimator.Anchor.Right, 20)]
    public void Cropping_keeps_the_part_at_the_anchor(ImageResizingEstimator.Anchor anchor, int offset)
    {
        using var source = new Raster(40, 20);
        for (var x = 0; x < 40; x++)
        {
            for (var y = 0; y < 20; y++)
                source.Row(y)[x * 3] = (byte)x;
        }

        var operation = new ResizeOperation(20, 20, Crop, anchor);
        using var result = operation.Apply(source);

        Assert.Equal(offset, result.Row(3)[0]);
        Assert.Equal(offset, operation.GeometryFor(40, 20).OffsetX);
    }

    [Theory]
    [InlineData(ResampleFilter.Bilinear)]
    [InlineData(ResampleFilter.Nearest)]
    public void A_long_and_thin_picture_takes_no_more_than_the_part_that_is_left(ResampleFilter filter)
    {
        using var source = Filled(2, 200_000, 90);
        source.Row(100_000).Fill(200);
        var operation = new ResizeOperation(64, 64, Crop, Filter: filter);
        operation.Apply(source).Dispose();

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var result = operation.Apply(source);

        // The whole picture at that scale would have 400 million pixels.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal((64, 64), (result.Width, result.Height));
        Assert.Equal(90, result.Row(2)[0]);
        Assert.InRange(result.Row(47)[5], 195, 200);
        Assert.Throws<ImageOperationException>(() => new ResizeOperation(100_000, 64, Crop).Apply(source));
    }

    [Fact]
    public void Cropping_gives_the_pixels_of_the_whole_scaled_picture()
    {
        using var source = new Raster(53, 37);
        new Random(5).NextBytes(source.Pixels);
        using var whole = Resampler.Resize(source, 43, 30, ResampleFilter.Bicubic);
        using var expected = Cropping.Crop(whole, 13, 0, 30, 30);

        using var result = new ResizeOperation(
            30, 30, Crop, ImageResizingEstimator.Anchor.Right, ResampleFilter.Bicubic).Apply(source);

        Assert.Equal(expected.Pixels.ToArray(), result.Pixels.ToArray());
    }

    [Theory]
    [InlineData(Pad)]
    [InlineData(Crop)]
    [InlineData(Fill)]
    public void The_geometry_says_where_a_spot_of_the_original_went(ImageResizingEstimator.ResizingKind kind)
    {
        // A bright spot of 6 x 6 with its middle at (43, 27) in 90 x 60.
        using var source = new Raster(90, 60);
        for (var y = 24; y < 30; y++)
            source.Row(y)[(40 * 3)..(46 * 3)].Fill(255);

        var operation = new ResizeOperation(30, 30, kind);
        using var result = operation.Apply(source);
        var (x, y2) = operation.GeometryFor(90, 60).FromSource(43, 27);
        var (centreX, centreY) = CentreOfMass(result);

        Assert.Equal(x, centreX, 0.1);
        Assert.Equal(y2, centreY, 0.1);
    }

    [Fact]
    public void Geometries_compose()
    {
        var geometry = new CropOperation(10, 5, 60, 40).GeometryFor(100, 80)
            .Then(new ResizeOperation(30, 20, Fill).GeometryFor(60, 40));

        Assert.Equal((10.0, 5.0), geometry.ToSource(0, 0));
        Assert.Equal((70.0, 45.0), geometry.ToSource(30, 20));
        Assert.Equal((30.0, 20.0), geometry.FromSource(70, 45));
        Assert.Throws<ArgumentException>(() => geometry.Then(ImageGeometry.Identity(5, 5)));
    }

    [Fact]
    public void A_crop_outside_is_refused()
    {
        using var source = Filled(10, 10, 1);
        Assert.Throws<ImageOperationException>(() => new CropOperation(5, 5, 6, 5).Apply(source));
    }

    [Fact]
    public void Steps_are_deferred_and_done_in_order()
    {
        using var raster = TestImages.Noise(50, 40, 3);
        var image = PipelineImage.FromBytes(PngEncoder.Encode(raster), "in memory")
            .With(new CropOperation(10, 0, 40, 40)).With(new ResizeOperation(8, 8)).With(new GrayscaleOperation());

        using var result = image.Decode();
        using var crop = Cropping.Crop(raster, 10, 0, 40, 40);
        using var small = Resampler.Resize(crop, 8, 8, ResampleFilter.Bilinear);

        Assert.Equal((8, 8), (result.Width, result.Height));
        var luma = ((19595 * small.Pixels[0]) + (38470 * small.Pixels[1]) + (7471 * small.Pixels[2]) + 32768) >> 16;
        Assert.Equal([luma, luma, luma], result.Pixels[..3].ToArray().Select(p => (int)p));
        Assert.Equal((10.0, 0.0), image.Geometry().ToSource(0, 0));
        Assert.Equal("in memory", image.Name);
    }

    private static Raster Filled(int width, int height, byte value)
    {
        var raster = new Raster(width, height);
        raster.Pixels.Fill(value);
        return raster;
    }

    private static (double X, double Y) CentreOfMass(Raster raster)
    {
        var (sum, x, y) = (0.0, 0.0, 0.0);
        for (var j = 0; j < raster.Height; j++)
        {
            for (var i = 0; i < raster.Width; i++)
            {
                var value = raster.Row(j)[i * 3];
                (sum, x, y) = (sum + value, x + (value * (i + 0.5)), y + (value * (j + 0.5)));
            }
        }

        return (x / sum, y / sum);
    }
}

using MlPipeline.Imaging;
using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Pipeline.Tests;

public sealed class ImageEstimatorTests : IDisposable
{
    private readonly TestImages _images = new(5);
    private readonly MLContext _context = new(1);

    [Fact]
    public void Loading_conforms() =>
        Check(_context.Transforms.LoadPictures("Image", null, "ImagePath"), Paths(), "ImagePath", "Image");

    [Fact]
    public void Loading_bytes_conforms() =>
        Check(_context.Transforms.LoadRawImageBytes("Bytes", null, "ImagePath"), Paths(), "ImagePath", "Bytes");

    [Fact]
    public void Resizing_conforms() =>
        Check(_context.Transforms.ResizePictures("Small", 8, 6, "Image"), Images(), "Image", "Small");

    [Fact]
    public void Cropping_in_place_conforms() =>
        Check(_context.Transforms.CropImages("Image", 1, 2, 8, 6), Images(), "Image", "Image");

    [Fact]
    public void Gray_conforms() => Check(_context.Transforms.ConvertPicturesToGrayscale("Gray", "Image"), Images(), "Image", "Gray");

    [Fact]
    public void Extracting_pixels_conforms()
    {
        var resized = _context.Transforms.ResizePictures("Image", 8, 6).Fit(Images()).Transform(Images());

        Check(_context.Transforms.ExtractPicturePixels("Pixels", "Image"), resized, "Image", "Pixels");
        Check(_context.Transforms.ExtractPicturePixels("Pixels", "Image", outputAsFloatArray: false), resized, "Image", "Pixels");
    }

    [Fact]
    public void Pixels_come_in_the_asked_order()
    {
        var (r, g, b) = ((byte)10, (byte)20, (byte)30);
        using var raster = new Raster(2, 1);
        new byte[] { r, g, b, 11, 21, 31 }.CopyTo(raster.Pixels);
        var catalog = _context.Transforms;

        Assert.Equal([10, 11, 20, 21, 30, 31], Pixels(raster, catalog.ExtractPicturePixels("P", "Image")));
        Assert.Equal([10, 20, 30, 11, 21, 31], Pixels(raster, catalog.ExtractPicturePixels("P", "Image", interleavePixelColors: true)));
        Assert.Equal(
            [30, 31, 20, 21, 10, 11],
            Pixels(raster, catalog.ExtractPicturePixels(
                "P", "Image", orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ABGR)));
        Assert.Equal(
            [255, 255, 20, 21],
            Pixels(raster, catalog.ExtractPicturePixels(
                "P", "Image", ImagePixelExtractingEstimator.ColorBits.Alpha | ImagePixelExtractingEstimator.ColorBits.Green)));
        Assert.Equal([0, 2, 20, 22, 40, 42], Pixels(raster, catalog.ExtractPicturePixels("P", "Image", offsetImage: 10, scaleImage: 2)));
    }

    [Fact]
    public void Pixels_are_normalised_for_each_colour()
    {
        using var raster = new Raster(1, 1);
        new byte[] { 51, 102, 204 }.CopyTo(raster.Pixels);
        var (mean, deviation) = (new ChannelValues(0.1f, 0.2f, 0.3f), new ChannelValues(0.5f, 0.25f, 2));

        var rgb = Pixels(raster, _context.Transforms.ExtractPicturePixels("P", mean, deviation, "Image"));
        var bgr = Pixels(raster, _context.Transforms.ExtractPicturePixels("P", mean, deviation, "Image", colorOrder: ColorOrder.Bgr));

        float[] expected = [(0.2f - 0.1f) / 0.5f, (0.4f - 0.2f) / 0.25f, (0.8f - 0.3f) / 2];
        Assert.All(expected.Zip(rgb), p => Assert.Equal(p.First, p.Second, 1e-6f));
        Assert.Equal(rgb.Reverse(), bgr);
    }

    [Fact]
    public void Converting_to_images_conforms()
    {
        var pixels = _context.Transforms.ResizePictures("Image", 8, 6)
            .Append(_context.Transforms.ExtractPicturePixels("Pixels", "Image")).Fit(Images()).Transform(Images());

        EstimatorConformance.Check(
            _context.Transforms.ConvertToPicture(6, 8, "Made", "Pixels"), pixels, new ConformanceOptions
            {
                Inputs = ["Pixels"],
                Outputs = ["Made"],
                SaveAndLoad = Archives.RoundTrip,
                RefusedTypes =
                [
                    ("Pixels", NumberDataViewType.Single), ("Pixels", new VectorDataViewType(NumberDataViewType.Single)),
                ],
                Describe = value => value is PipelineImage { Path: not null } image
                    ? Convert.ToHexString(image.Decode().Pixels)
                    : Archives.Describe(value),
            });
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.ConvertToPicture(8, 8, "Made", "Pixels").Fit(pixels));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.ConvertToPicture(8, 8, "Made", defaultRed: 256));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Converting_to_images_undoes_the_extraction_of_pixels(bool interleave)
    {
        const ImagePixelExtractingEstimator.ColorsOrder Order = ImagePixelExtractingEstimator.ColorsOrder.ABGR;
        var chain = _context.Transforms.ResizePictures("Image", 8, 6)
            .Append(_context.Transforms.ExtractPicturePixels(
                "Pixels", "Image", ImagePixelExtractingEstimator.ColorBits.All, Order, interleave,
                offsetImage: 128, scaleImage: 1f / 64))
            .Append(_context.Transforms.ConvertToPicture(
                6, 8, "Made", "Pixels", ImagePixelExtractingEstimator.ColorBits.All, Order, interleave,
                scaleImage: 64, offsetImage: -128));
        var view = chain.Fit(Images()).Transform(Images());

        foreach (var (original, made) in view.GetColumn<PipelineImage>("Image").Zip(view.GetColumn<PipelineImage>("Made")))
        {
            using var expected = original.Decode();
            using var actual = made.Decode();
            Assert.True(expected.Pixels.SequenceEqual(actual.Pixels));
        }
    }

    [Fact]
    public void Numbers_are_rounded_cut_off_and_completed_by_defaults()
    {
        var view = _context.Data.LoadFromEnumerable([new VectorRow { Values = [-3, 0.6, 254.4, 1e9, double.NaN, 7] }]);
        var image = _context.Transforms.ConvertToPicture(
                2, 3, "Image", "Values", ImagePixelExtractingEstimator.ColorBits.Green, defaultRed: 9, defaultBlue: 200)
            .Fit(view).Transform(view).GetColumn<PipelineImage>("Image").Single();
        using var raster = image.Decode();
        byte[] green = [0, 1, 254, 255, 0, 7];
        Assert.Equal(green.SelectMany(level => new byte[] { 9, level, 200 }), raster.Pixels.ToArray());
    }

    [Fact]
    public void Images_of_unknown_size_have_no_pixel_vector()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.ExtractPicturePixels("P", "Image").Fit(Images()));
        Assert.Contains("ResizeImages", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _context.Transforms.ExtractPicturePixels("P", scaleImage: 2, outputAsFloatArray: false));
    }

    [Fact]
    public void Nothing_is_read_before_pixels_are_needed_and_the_error_names_file_and_row()
    {
        var missing = _images.PathOf("none.png");
        var paths = _images.Paths.Take(2).Append(missing);
        var chain = _context.Transforms.LoadPictures("Image", null, "ImagePath")
            .Append(_context.Transforms.ResizePictures("Image", 4, 4))
            .Append(_context.Transforms.ExtractPicturePixels("Pixels", "Image"));
        var input = PathRow.View(_context, paths);
        var view = chain.Fit(input).Transform(input);

        Assert.Equal([0, 1, 2], view.GetColumn<int>("Number"));
        var error = Assert.Throws<BadImageException>(() => view.GetColumn<float[]>("Pixels").ToList());
        Assert.Equal((missing, 2), (error.Path, error.Row));
        Assert.Contains("there is no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prediction_engine_runs_the_chain_on_one_picture()
    {
        var chain = _context.Transforms.LoadPictures("Image", _images.Root, "ImagePath")
            .Append(_context.Transforms.ResizePictures("Image", 4, 3))
            .Append(_context.Transforms.ExtractPicturePixels("Pixels", "Image"));
        var model = chain.Fit(PathRow.View(_context, ["000.png"]));
        using var engine = _context.Model.CreatePredictionEngine<PathRow, PixelRow>(model);

        var first = engine.Predict(new PathRow { ImagePath = "000.png" }).Pixels;
        var second = engine.Predict(new PathRow { ImagePath = "001.png" }).Pixels;

        Assert.Equal(36, first!.Length);
        Assert.NotEqual(first, second);
        using var expected = PipelineImage.FromFile(_images.Paths[0]).With(new ResizeOperation(4, 3)).Decode();
        Assert.Equal(expected.Pixels[0], first[0]);
    }

    [Fact]
    public void An_absolute_folder_is_not_saved()
    {
        var view = PathRow.View(_context, ["000.png"]);
        string Loaded(string folder, string path)
        {
            var model = Archives.RoundTrip(_context.Transforms.LoadPictures("Image", folder, "ImagePath").Fit(view), view.Schema);
            return model.Transform(PathRow.View(_context, [path])).GetColumn<PipelineImage>("Image").Single().Path!;
        }

        Assert.Equal(_images.Paths[0], Loaded(_images.Root, _images.Paths[0]));
        Assert.Equal("000.png", Loaded(_images.Root, "000.png"));
        Assert.Equal(Path.Combine("relative", "000.png"), Loaded("relative", "000.png"));
    }

    public void Dispose() => _images.Dispose();

    private IDataView Paths() => PathRow.View(_context, _images.Paths);

    private IDataView Images() => _context.Transforms.LoadPictures("Image", null, "ImagePath").Fit(Paths()).Transform(Paths());

    private float[] Pixels(Raster raster, ImagePixelExtractingEstimator estimator)
    {
        var definition = SchemaDefinition.Create(typeof(ImageRow));
        definition["Image"].ColumnType = new ImageDataViewType(raster.Height, raster.Width);
        var view = _context.Data.LoadFromEnumerable([new ImageRow { Image = PipelineImage.FromRaster(raster) }], definition);
        return estimator.Fit(view).Transform(view).GetColumn<float[]>("P").Single();
    }

    private static void Check<T>(IEstimator<T> estimator, IDataView input, string column, string output)
        where T : class, ITransformer => EstimatorConformance.Check(estimator, input, new ConformanceOptions
        {
            Inputs = [column],
            Outputs = [output],
            SaveAndLoad = Archives.RoundTrip,
            RefusedTypes = [(column, NumberDataViewType.Single)],
            Describe = Archives.Describe,
        });

    private sealed class ImageRow
    {
        [ImageType]
        public PipelineImage? Image { get; set; }
    }

    private sealed class VectorRow
    {
        [VectorType(6)]
        public double[] Values { get; set; } = [];
    }

    private sealed class PixelRow
    {
        public float[]? Pixels { get; set; }
    }
}

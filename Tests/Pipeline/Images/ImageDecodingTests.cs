using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Pipeline.Tests;

public sealed class ImageDecodingTests : IDisposable
{
    private readonly TestImages _images = new(5);
    private readonly MLContext _context = new(1);

    [Fact]
    public void It_conforms() => EstimatorConformance.Check(
        _context.Transforms.DecodeImages("Image", "ImagePath", new ImageDecodingOptions { ErrorColumnName = "Error" }),
        View(_images.Paths),
        new ConformanceOptions
        {
            Inputs = ["ImagePath"],
            Outputs = ["Image", "Error"],
            RefusedTypes = [("ImagePath", NumberDataViewType.Single)],
            Describe = value => value is MLImage image
                ? $"{image.Width} x {image.Height} {Convert.ToHexString(image.Pixels)}" : value,
        });

    [Fact]
    public void Images_have_the_pixels_of_the_decoder()
    {
        foreach (var (picture, path) in Decode(_images.Paths, new ImageDecodingOptions()).Zip(_images.Paths))
        {
            using var expected = ImageDecoder.DecodeFile(path);
            using var actual = picture!.Decode();
            Assert.True(expected.Pixels.SequenceEqual(actual.Pixels), path);
            Assert.Equal(path, picture.Path);
        }
    }

    [Fact]
    public void Images_are_brought_to_a_size_as_a_backbone_would()
    {
        var picture = Decode([_images.Paths[1]],
            new ImageDecodingOptions { Width = 20, Height = 16, Resize = ResizeMode.Fill })[0]!;
        using var source = ImageDecoder.DecodeFile(_images.Paths[1]);
        using var expected = Resampler.Resize(source, 20, 16, ResampleFilter.Bilinear);
        using var actual = picture.Decode();

        Assert.Equal((20, 16), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.SequenceEqual(actual.Pixels));
        Assert.Throws<ArgumentException>(() =>
            _context.Transforms.DecodeImages(options: new ImageDecodingOptions { Width = 20 }));
    }

    [Fact]
    public void Bad_pictures_stop_the_pass_are_skipped_or_are_marked()
    {
        var broken = _images.WriteBroken("broken.png");
        string[] paths = [_images.Paths[0], broken, "", _images.Paths[1], _images.PathOf("none.png")];

        var error = Assert.Throws<BadImageException>(() => Decode(paths, new ImageDecodingOptions()));
        Assert.Equal((broken, 1L), (error.Path, error.Row));

        var skipping = _context.Transforms.DecodeImages(options: new ImageDecodingOptions { BadImages = BadImagePolicy.Skip })
            .Fit(View(paths));
        Assert.Equal([0, 3], skipping.Transform(View(paths)).GetColumn<int>("Number"));
        Assert.Equal([broken, "(column 'ImagePath')", paths[4]], skipping.SkippedImages.Select(s => s.Path));

        var marking = _context.Transforms.DecodeImages(options: new ImageDecodingOptions { ErrorColumnName = "Why" })
            .Fit(View(paths)).Transform(View(paths));
        Assert.Equal([true, false, false, true, false], marking.GetColumn<string>("Why").Select(string.IsNullOrEmpty));
        Assert.Equal([false, true, true, false, true], marking.GetColumn<MLImage>("Image").Select(i => i is null));
        Assert.Equal("there is no such file", marking.GetColumn<string>("Why").Last());
    }

    public void Dispose() => _images.Dispose();

    private IDataView View(IEnumerable<string> paths) => PathRow.View(_context, paths);

    // Each image is copied at once: as with ML.NET's own, the next row's takes its place.
    private Picture?[] Decode(IReadOnlyList<string> paths, ImageDecodingOptions options) =>
        [.. _context.Transforms.DecodeImages(options: options).Fit(View(paths)).Transform(View(paths)).GetColumn<MLImage>("Image")
            .Select(i => i is null ? null : Picture.FromImage(i))];
}

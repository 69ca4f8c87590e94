using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>Real files, as cameras and programs write them.</summary>
public class JpegPhotographTests
{
    [SharedTheory("data")]
    [InlineData("flowers", 100)]
    [InlineData("imagenet-sample", 100)]
    public void Photographs_are_decoded(string folder, int count)
    {
        var files = Directory.GetFiles(SharedData.PathOf("data", folder), "*.jp*g", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MatchCasing = MatchCasing.CaseInsensitive,
        });
        Assert.True(files.Length >= count);
        foreach (var file in files.Order(StringComparer.Ordinal).Take(count))
        {
            using var raster = ImageDecoder.DecodeFile(file, new DecodeOptions { AtLeast = (60, 60) });
            Assert.True(raster.Width >= 60 && raster.Height >= 60, file);
        }
    }

    [SharedTheory("data", "codec-suites", "jpeg")]
    [InlineData("codec-suites/jpeg/testorig.jpg", 227, 149)]
    [InlineData("codec-suites/jpeg/testimgint.jpg", 227, 149)]
    [InlineData("codec-suites/jpeg/testimgari.jpg", 227, 149)]
    [InlineData("odd-images/taco_invalidpixelformat.jpg", 1500, 1000)]
    [InlineData("odd-images/tomato_format32bppPArgb.jpg", 800, 534)]
    [InlineData("odd-images/banana.jpg", 800, 288)]
    public void Odd_files_are_decoded(string path, int width, int height)
    {
        using var raster = ImageDecoder.DecodeFile(SharedData.PathOf(["data", .. path.Split('/')]));

        Assert.Equal((width, height), (raster.Width, raster.Height));
    }

    [SharedFact("data", "codec-suites", "jpeg")]
    public void Twelve_bit_file_is_refused_by_name()
    {
        var path = SharedData.PathOf("data", "codec-suites", "jpeg", "monkey12.jpg");

        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(path).Dispose());

        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Equal(path, error.Path);
        Assert.Contains("12-bit", error.Message);
    }
}

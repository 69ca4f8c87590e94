using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>Whatever is done to a file, it is decoded or refused with a typed error, in bounded time and memory.</summary>
public class JpegDamageTests
{
    private static readonly DecodeOptions s_options = new() { MaxPixels = 1_000_000 };

    public static TheoryData<string> Names =>
    [
        "baseline-2x2", "progressive-2x1", "arithmetic-2x2", "arithmetic-progressive-1x1", "restart-3", "restart-1-progressive",
        "restart-1-arithmetic", "ycck-420", "gray", "separate-reversed", "scans-many-bits", "chroma-larger", "orientation-5",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Header_bytes_of_any_value_are_decoded_or_refused(string name)
    {
        var file = JpegGoldens.FileOf(name);
        var header = Math.Min(file.Length, file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 16);
        foreach (var value in (ReadOnlySpan<byte>)[0x00, 0x01, 0x7F, 0xFF])
        {
            for (var at = 2; at < header; at++)
            {
                byte[] changed = [.. file];
                changed[at] = value;
                DecodeOrRefuse(changed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Truncated_files_are_refused_as_such(string name)
    {
        var file = JpegGoldens.FileOf(name);
        for (var length = 3; length < file.Length - 8; length += 1 + file.Length / 150)
        {
            var error = Assert.Throws<ImageDecodeException>(
                () => ImageDecoder.Decode(file.AsSpan(0, length), s_options, "cut.jpg").Dispose());
            Assert.Equal(ImageErrorKind.Truncated, error.Kind);
            Assert.StartsWith("cut.jpg: ", error.Message);
        }
    }

    [Theory]
    [InlineData("baseline-2x2", 2)]
    [InlineData("baseline-1x1", 1)]
    [InlineData("ycck-420", 2)]
    [InlineData("gray", 2)]
    [InlineData("restart-3", 2)]
    public void Missing_end_marker_is_forgiven_when_all_data_is_there(string name, int missing)
    {
        var file = JpegGoldens.FileOf(name);
        JpegGoldens.Golden golden = JpegGoldens.All.First(golden => golden.Name == name && golden.Scale == 1);

        using var raster = ImageDecoder.Decode(file.AsSpan(0, file.Length - missing));

        Assert.True(raster.Pixels.SequenceEqual(JpegGoldens.PixelsOf(golden)));
    }

    /// <summary>Whether another scan should have come cannot be known.</summary>
    [Theory]
    [InlineData("progressive-2x1")]
    [InlineData("separate")]
    [InlineData("arithmetic-2x2")]
    public void Missing_end_marker_after_several_scans_is_truncation(string name)
    {
        var file = JpegGoldens.FileOf(name);

        Assert.Equal(ImageErrorKind.Truncated, Refusal(file[..^2]).Kind);
    }

    [Fact]
    public void Progressive_file_cut_between_scans_is_truncated()
    {
        var file = JpegGoldens.FileOf("progressive-2x2");
        var lastScan = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

        Assert.Equal(ImageErrorKind.Truncated, Refusal(file[..lastScan]).Kind);
    }

    [Fact]
    public void Lost_restart_interval_costs_only_itself()
    {
        var file = JpegGoldens.FileOf("restart-3");
        var golden = JpegGoldens.All.First(golden => golden is { Name: "restart-3", Scale: 1 });
        var first = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD0]);
        var second = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD1]);
        byte[] damaged = [.. file[..first], .. file[second..]];

        using var raster = ImageDecoder.Decode(damaged);

        // Three coded units of 16 x 16 pixels lie in an interval, five in a row: the last rows are untouched.
        var bytes = golden.Width * 3 * 17;
        Assert.True(raster.Pixels[^bytes..].SequenceEqual(JpegGoldens.PixelsOf(golden).AsSpan()[^bytes..]));
        Assert.False(raster.Pixels.SequenceEqual(JpegGoldens.PixelsOf(golden)));
    }

    private static ImageDecodeException Refusal(byte[] file) =>
        Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file).Dispose());

    private static void DecodeOrRefuse(byte[] file)
    {
        try
        {
            ImageDecoder.Decode(file, s_options).Dispose();
        }
        catch (ImageDecodeException e)
        {
            Assert.NotEmpty(e.Reason);
        }
    }
}

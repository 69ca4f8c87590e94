using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>What headers may say: features that are refused by name, limits, and oddities that are let pass.</summary>
public class JpegMarkerTests
{
    private const int FrameLengthToPrecision = 4;

    [Theory]
    [InlineData(0xC3, "lossless")]
    [InlineData(0xC5, "hierarchical")]
    [InlineData(0xC7, "hierarchical")]
    [InlineData(0xCB, "lossless")]
    [InlineData(0xCD, "hierarchical")]
    [InlineData(0xDE, "hierarchical")]
    [InlineData(0xF7, "JPEG-LS")]
    public void Other_processes_are_refused_by_name(int marker, string feature)
    {
        var file = JpegGoldens.FileOf("baseline-1x1");
        file[FrameHeader(file) + 1] = (byte)marker;

        var error = Refusal(file);

        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains(feature, error.Reason);
    }

    [Fact]
    public void Twelve_bits_are_refused_by_name()
    {
        var file = JpegGoldens.FileOf("baseline-1x1");
        file[FrameHeader(file) + FrameLengthToPrecision] = 12;

        var error = Refusal(file);

        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains("12-bit", error.Reason);
    }

    [Fact]
    public void Sampling_factors_without_a_whole_ratio_are_refused_by_name()
    {
        var file = JpegGoldens.FileOf("baseline-3x1");
        var frame = FrameHeader(file);
        file[frame + 14] = 0x21;

        var error = Refusal(file);

        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains("3x1", error.Reason);
    }

    /// <summary>The DNL segment, which libjpeg does not read.</summary>
    [Fact]
    public void Height_after_the_first_scan_is_refused_by_name()
    {
        var file = JpegGoldens.FileOf("baseline-2x2");
        var frame = FrameHeader(file);
        (file[frame + 5], file[frame + 6]) = (0, 0);
        byte[] late = [.. file[..^2], 0xFF, 0xDC, 0, 4, 0, 43, .. file[^2..]];

        var error = Refusal(late);

        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains("height", error.Reason);
    }

    [Fact]
    public void More_pixels_than_the_limit_are_refused_from_the_header()
    {
        var error = Assert.Throws<ImageDecodeException>(
            () => ImageDecoder.Decode(
                JpegGoldens.FileOf("baseline-2x2"), new DecodeOptions { MaxPixels = 61 * 43 - 1 }).Dispose());

        Assert.Equal(ImageErrorKind.TooLarge, error.Kind);
    }

    [Theory]
    [InlineData("baseline-2x2")]
    [InlineData("progressive-2x2")]
    public void Header_that_promises_more_than_the_data_can_hold_takes_no_memory(string name)
    {
        var file = JpegGoldens.FileOf(name);
        var frame = FrameHeader(file);
        (file[frame + 5], file[frame + 6], file[frame + 7], file[frame + 8]) = (0x26, 0xFF, 0x26, 0xFF);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Refusal(file);

        Assert.Equal(ImageErrorKind.Truncated, error.Kind);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Endless_repetition_of_a_scan_is_refused()
    {
        var file = JpegGoldens.FileOf("size-40x1-440p");
        var frame = FrameHeader(file);
        (file[frame + 5], file[frame + 6], file[frame + 7], file[frame + 8]) = (0x03, 0xFF, 0x03, 0xFF);
        var scan = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        using MemoryStream stream = new();
        stream.Write(file.AsSpan(0, scan));
        for (var i = 0; i < 4000; i++)
            stream.Write([0xFF, 0xDA, 0, 12, 3, file[frame + 10], 0, file[frame + 13], 0, file[frame + 16], 0, 0, 0, 0, 0x55]);

        stream.Write([0xFF, 0xD9]);

        var error = Refusal(stream.ToArray());

        Assert.Equal(ImageErrorKind.Corrupt, error.Kind);
        Assert.Contains("scans", error.Reason);
    }

    /// <summary>Four bytes of data say for each scan that a million pixels have no coefficients in it.</summary>
    [Fact]
    public void Scans_that_go_over_everything_for_a_few_bytes_are_refused()
    {
        var file = JpegGoldens.FileOf("size-40x1-440p");
        var frame = FrameHeader(file);
        (file[frame + 5], file[frame + 6], file[frame + 7], file[frame + 8]) = (0x03, 0xFF, 0x03, 0xFF);
        byte[] runsOfEmptyBlocks = [0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0xE0];
        byte[] band = [0xFF, 0xDA, 0, 8, 1, file[frame + 10], 0, 1, 63, 0, .. new byte[4]];

        var error = Refusal(WithScans(file, runsOfEmptyBlocks, band, 600));

        Assert.Equal(ImageErrorKind.Corrupt, error.Kind);
        Assert.Contains("scans", error.Reason);
    }

    [Fact]
    public void More_scans_than_any_encoder_writes_are_refused_however_small_the_picture_is()
    {
        var file = JpegGoldens.FileOf("size-40x1-440p");
        var frame = FrameHeader(file);
        byte[] runsOfEmptyBlocks = [0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0xE0];
        byte[] band = [0xFF, 0xDA, 0, 8, 1, file[frame + 10], 0, 1, 1, 0, .. new byte[4]];

        Assert.Contains("scans", Refusal(WithScans(file, runsOfEmptyBlocks, band, 70)).Reason);
        ImageDecoder.Decode(WithScans(file, runsOfEmptyBlocks, band, 60)).Dispose();
    }

    [Fact]
    public void Thumbnail_in_the_header_is_passed_over()
    {
        var file = JpegGoldens.FileOf("baseline-2x2");
        var thumbnail = JpegGoldens.FileOf("size-8x8-420");
        var length = thumbnail.Length + 8;
        byte[] withThumbnail =
        [
            .. file[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. thumbnail,
            .. file[2..],
        ];

        Assert.Equal((61, 43), (ImageDecoder.Identify(withThumbnail).Width, ImageDecoder.Identify(withThumbnail).Height));
        using var raster = ImageDecoder.Decode(withThumbnail);
        Assert.Equal((61, 43), (raster.Width, raster.Height));
    }

    private static byte[] WithScans(byte[] file, byte[] table, byte[] scan, int count)
    {
        var first = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        using MemoryStream stream = new();
        stream.Write(file.AsSpan(0, first));
        stream.Write(table);
        for (var i = 0; i < count; i++)
            stream.Write(scan);

        stream.Write([0xFF, 0xD9]);
        return stream.ToArray();
    }

    private static int FrameHeader(byte[] file)
    {
        var sequential = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        return sequential >= 0 ? sequential : file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]);
    }

    private static ImageDecodeException Refusal(byte[] file) =>
        Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file).Dispose());
}

using System.Buffers.Binary;
using System.Diagnostics;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>What is not decoded is refused by name and reason, before memory is taken.</summary>
public class RefusalTests
{
    [Theory]
    [InlineData("49492A0008000000", "TIFF")]
    [InlineData("524946461000000057415645", "RIFF")]
    [InlineData("00000018667479706865696300000000", "HEIC")]
    [InlineData("00000018667479706176696600000000", "AVIF")]
    [InlineData("38425053000100000000", "Photoshop")]
    [InlineData("000002000100", "cursor")]
    [InlineData("0000000C6A5020200D0A870A", "JPEG 2000")]
    [InlineData("FF0A00", "JPEG XL")]
    [InlineData("255044462D312E37", "PDF")]
    [InlineData("504B030414000000", "ZIP")]
    [InlineData("50360A3120310A", "anymap")]
    [InlineData("716F696600000001", "QOI")]
    [InlineData("3C3F786D6C2076657273696F6E3D22312E30223F3E3C73766720786D6C6E733D22", "SVG")]
    [InlineData("EFBBBF0D0A3C21444F43545950452068746D6C3E", "HTML")]
    public void A_known_format_is_named(string start, string name)
    {
        var error = Refuse(Convert.FromHexString(start));
        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains(name, error.Message);
        Assert.StartsWith("a/picture.jpg: ", error.Message);
        Assert.Equal("a/picture.jpg", error.Path);
    }

    [Fact]
    public void Unknown_bytes_are_shown()
    {
        var error = Refuse("hello"u8.ToArray());
        Assert.Equal(ImageErrorKind.Unrecognised, error.Kind);
        Assert.Contains("68656C6C6F", error.Message);
        Assert.Equal(ImageErrorKind.Truncated, Refuse([]).Kind);
    }

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_its_writer()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;

        var folder = Directory.CreateTempSubdirectory("mlpipeline-imaging-").FullName;
        var pipe = Path.Combine(folder, "pipe.jpg");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        File.CreateSymbolicLink(pipe + ".jpg", pipe);
        foreach (var path in new[] { pipe, pipe + ".jpg" })
        {
            var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(path));
            Assert.Equal($"{path}: the file is empty", error.Message);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_content_decides_not_the_name()
    {
        var folder = Directory.CreateTempSubdirectory("mlpipeline-imaging-").FullName;
        var path = Path.Combine(folder, "mislabelled.jpg");
        File.Copy(Goldens.PathOf("gif/plain.gif"), path);
        using (var raster = ImageDecoder.DecodeFile(path))
        {
            Assert.Equal(20, raster.Width);
        }

        File.WriteAllText(path, "II*\0");
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(path));
        Assert.StartsWith(path + ": this is a TIFF picture", error.Message);
        var missing = Assert.Throws<FileNotFoundException>(() => ImageDecoder.DecodeFile(path + "x"));
        Assert.Contains(path + "x", missing.Message);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("png/type2-8bit.png")]
    [InlineData("bmp/rgb24.bmp")]
    [InlineData("gif/plain.gif")]
    public void Limits_on_pixels_and_bytes_hold(string name)
    {
        var file = File.ReadAllBytes(Goldens.PathOf(name));
        var pixels = Assert.Throws<ImageDecodeException>(
            () => ImageDecoder.Decode(file, new DecodeOptions { MaxPixels = 100 }, name));
        var bytes = Assert.Throws<ImageDecodeException>(
            () => ImageDecoder.DecodeFile(Goldens.PathOf(name), new DecodeOptions { MaxBytes = 64 }));
        Assert.Equal((ImageErrorKind.TooLarge, ImageErrorKind.TooLarge), (pixels.Kind, bytes.Kind));
        Assert.Contains("0.0001; --max-pixels", pixels.Message);
        Assert.Contains("64", bytes.Message);
    }

    [Fact]
    public void Senseless_limits_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxPixels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxBytes = int.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxSide = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxSide = 1_000_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { AtLeast = (0, 1) });
    }

    /// <summary>A header for 60 million pixels over a few bytes of data: refused by arithmetic, no raster is made.</summary>
    [Fact]
    public void An_impossible_header_takes_no_memory()
    {
        var png = DrawnFiles.Png(10000, 6000, DrawnFiles.Compress(new byte[100]));
        var bmp = File.ReadAllBytes(Goldens.PathOf("bmp/rgb24.bmp"));
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 10000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 6000);

        foreach (var file in (byte[][])[png, bmp])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Refuse(file);
            Assert.Equal(ImageErrorKind.Truncated, error.Kind);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    /// <summary>Few pixels, but rows or columns that would take filters and buffers of any length.</summary>
    [Theory]
    [InlineData(2_000_000, 1)]
    [InlineData(1, 2_000_000)]
    public void A_side_that_is_too_long_is_refused_from_the_header(int width, int height)
    {
        var png = DrawnFiles.Png(width, height, DrawnFiles.Compress(new byte[(3 * width + 1) * height]));
        var error = Refuse(png);
        Assert.Equal(ImageErrorKind.TooLarge, error.Kind);
        Assert.Contains("1000000", error.Message);
    }

    [Fact]
    public void A_header_is_read_from_a_file_within_the_limit()
    {
        var path = Goldens.PathOf("png/type2-8bit.png");
        Assert.Equal(ImageDecoder.Identify(File.ReadAllBytes(path)), ImageDecoder.IdentifyFile(path));
        var error = Assert.Throws<ImageDecodeException>(
            () => ImageDecoder.IdentifyFile(path, new DecodeOptions { MaxBytes = 10 }));
        Assert.Equal((ImageErrorKind.TooLarge, path), (error.Kind, error.Path));
        Assert.Throws<FileNotFoundException>(() => ImageDecoder.IdentifyFile(path + "x"));
    }

    /// <summary>Twenty megabytes of zeros behind a small picture's rows are not inflated into memory.</summary>
    [Fact]
    public void A_bomb_in_the_pixel_data_is_passed_over()
    {
        var png = DrawnFiles.Png(4, 4, DrawnFiles.Compress(new byte[20 << 20]));
        ImageDecoder.Decode(png).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var raster = ImageDecoder.Decode(png);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(new byte[48], raster.Pixels.ToArray());
    }

    [Fact]
    public void Broken_parts_of_a_PNG_are_named()
    {
        var file = File.ReadAllBytes(Goldens.PathOf("png/type2-8bit.png"));
        byte[] checksum = [.. file];
        checksum[30] ^= 1;
        Assert.Contains("checksum of the IHDR chunk", Refuse(checksum).Message);

        byte[] name = [.. file];
        name[12] = (byte)'?';
        Assert.Contains("bytes at 12 are not the name", Refuse(name).Message);

        byte[] presetDictionary = [0x78, 0xBB, 0, 0, 0, 1, 2, 3, 4, 5];
        foreach (var pixelData in (byte[][])[DrawnFiles.Compress([9, 1, 2, 3]), [1, 2, 3, 4, 5], presetDictionary])
        {
            var error = Refuse(DrawnFiles.Png(1, 1, pixelData));
            Assert.Equal(ImageErrorKind.Corrupt, error.Kind);
            Assert.Contains("pixel data", error.Message);
        }

        Assert.Contains("break off", Refuse(DrawnFiles.Png(1, 2, DrawnFiles.Compress([0, 1, 2, 3]))).Message);
    }

    private static ImageDecodeException Refuse(byte[] file) =>
        Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(file, path: "a/picture.jpg").Dispose());
}

using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Imaging.Tests;

/// <summary>PNG, BMP and GIF files are decoded to the samples that Pillow gives.</summary>
public class GoldenTests
{
    /// <summary>Where SkiaSharp's pixels differ from Pillow's: their checksum there, and why.</summary>
    private static readonly Dictionary<string, (string Checksum, string Reason)> s_differences = new()
    {
        ["png/short-palette.png"] = ("4b4e2892", BeyondPng),
        ["bmp/palette8-short.bmp"] = ("7cda94ea", Beyond),
        ["gif/short-palette.gif"] = ("7691c001", Beyond),
        ["bmp/rgb16.bmp"] = ("c250d37e", FiveBits),
        ["bmp/fields565.bmp"] = ("5e9699b5", FiveBits),
        ["gif/placed.gif"] = ("39ad950c", Uncovered),
        ["gif/placed-transparent.gif"] = ("2237adc7", Uncovered),
        ["gif/beyond-screen.gif"] = ("2ab5c8fb", Uncovered),
    };

    private const string BeyondPng = "an index beyond the palette has its last colour, not the gray of its number";
    private const string Beyond = "an index beyond the palette is black, not the gray of its number";
    private const string NoPalette = "gif/no-palette.gif";
    private const string FiveBits = "five and six bits are widened by repeating the upper ones, which rounds differently by 1";
    private const string Uncovered = "what a GIF's frame leaves uncovered is black, not the palette's first colour";

    public static TheoryData<string> Names =>
        [.. Goldens.Facts("expected.tsv").Select(fact => fact[0]).Where(name => name != NoPalette)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_is_decoded_as_Pillow_decodes_it(string name)
    {
        var fact = FactOf(name);
        using var raster = ImageDecoder.DecodeFile(Goldens.PathOf(name));
        Goldens.Check(raster, fact);

        var info = ImageDecoder.Identify(File.ReadAllBytes(Goldens.PathOf(name)));
        Assert.Equal((raster.Width, raster.Height, 1), (info.Width, info.Height, info.Orientation));
        Assert.Equal(Path.GetExtension(name)[1..], info.Format.ToString(), ignoreCase: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_that_cannot_seek_gives_the_same(string name)
    {
        using var raster = ImageDecoder.Decode(new TrickleStream(File.ReadAllBytes(Goldens.PathOf(name))));
        Goldens.Check(raster, FactOf(name));
    }

    /// <summary>The codec would make it black without a word; Pillow takes grays.</summary>
    [Fact]
    public void A_GIF_without_a_palette_is_refused()
    {
        var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(Goldens.PathOf(NoPalette)).Dispose());
        Assert.Equal(ImageErrorKind.Unsupported, error.Kind);
        Assert.Contains("palette", error.Reason);
    }

    private static string[] FactOf(string name)
    {
        var fact = Goldens.Facts("expected.tsv").Single(row => row[0] == name);
        return s_differences.TryGetValue(name, out var difference) ? [.. fact[..3], difference.Checksum] : fact;
    }

    /// <summary>Hands out a few bytes at a time and knows no length.</summary>
    private sealed class TrickleStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 100));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 100)]);
    }
}

using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>PNG, BMP and GIF files are decoded to the samples that Pillow gives.</summary>
public class CodecGoldenTests
{
    public static TheoryData<string> Names => [.. Goldens.Facts("expected.tsv").Select(fact => fact[0])];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_is_decoded_as_Pillow_decodes_it(string name)
    {
        var fact = Goldens.Facts("expected.tsv").Single(row => row[0] == name);
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
        Goldens.Check(raster, Goldens.Facts("expected.tsv").Single(row => row[0] == name));
    }

    [SharedFact("data", "codec-suites")]
    public void The_suites_are_decoded_as_Pillow_decodes_them_or_refused_as_it_refuses_them()
    {
        int decoded = 0, refused = 0;
        foreach (var fact in Goldens.Facts("suites.tsv"))
        {
            var path = SharedData.PathOf(["data", .. fact[0].Split('/')]);
            if (fact[1] == "refused")
            {
                var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(path).Dispose());
                Assert.StartsWith(path + ": ", error.Message);
                refused++;
                continue;
            }

            using var raster = ImageDecoder.DecodeFile(path);
            Goldens.Check(raster, fact);
            decoded++;
        }

        Assert.Equal((74, 21), (decoded, refused));
    }

    /// <summary>Hands out a few bytes at a time and knows no length.</summary>
    private sealed class TrickleStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 100));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 100)]);
    }
}

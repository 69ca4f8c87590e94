using MlPipeline.Imaging.Decoding;
using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>Real files, as cameras and programs write them, and those that crashed other decoders.</summary>
public class SharedPictureTests
{
    private const string Suites = "codec-suites/png-crashers/";

    /// <summary>The one file that Pillow decodes though its checksum is wrong is refused here.</summary>
    private static readonly Dictionary<string, (ImageErrorKind Kind, string Reason)> s_refused = new()
    {
        ["codec-suites/jpeg/monkey12.jpg"] = (ImageErrorKind.Unsupported, "12-bit"),
        [Suites + "bad_iCCP.png"] = (ImageErrorKind.Corrupt, "the checksum of the IHDR chunk at byte 8 is wrong"),
        [Suites + "badadler.png"] = (ImageErrorKind.Corrupt, "its pixel data break off"),
        [Suites + "badcrc.png"] = (ImageErrorKind.Corrupt, "the checksum of the IDAT chunk at byte 33 is wrong"),
    };

    /// <summary>Indices beyond the palette, which Pillow shows as grays and SkiaSharp in the last colour.</summary>
    private static readonly string[] s_beyondPalette =
    [
        "regression-palette-8", "small-palette-1", "small-palette-2", "small-palette-4", "small-palette-8",
        "test-palette-1", "test-palette-2", "test-palette-4", "test-palette-8",
    ];

    [SharedFact("data", "codec-suites")]
    public void Every_file_is_decoded_as_Pillow_decodes_it_or_refused_for_the_right_reason()
    {
        var facts = Goldens.Facts("suites.tsv").ToDictionary(fact => fact[0]);
        int decoded = 0, refused = 0;
        foreach (var folder in (string[])["codec-suites", "odd-images"])
        {
            foreach (var path in Directory.GetFiles(SharedData.PathOf("data", folder), "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(SharedData.PathOf("data"), path).Replace('\\', '/');
                if (ExpectedRefusal(name) is (ImageErrorKind kind, string reason))
                {
                    var error = Assert.Throws<ImageDecodeException>(() => ImageDecoder.DecodeFile(path).Dispose());
                    Assert.True(kind == error.Kind && error.Reason.Contains(reason), $"{error.Kind}: {error.Message}");
                    Assert.StartsWith(path + ": ", error.Message);
                    refused++;
                    continue;
                }

                using var raster = ImageDecoder.DecodeFile(path);
                decoded++;
                if (!facts.TryGetValue(name, out var fact) || fact[1] == "refused")
                    continue;

                if (s_beyondPalette.Contains(Path.GetFileNameWithoutExtension(name)))
                    Assert.Equal((fact[1], fact[2]), (raster.Width.ToString(), raster.Height.ToString()));
                else
                    Goldens.Check(raster, fact);
            }
        }

        Assert.Equal((82, 22), (decoded, refused));
    }

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

    /// <summary>Each of the files named huge_... has a chunk that claims a gigabyte.</summary>
    private static (ImageErrorKind Kind, string Reason)? ExpectedRefusal(string name)
    {
        if (s_refused.TryGetValue(name, out var refusal))
            return refusal;

        return name.StartsWith(Suites + "huge_", StringComparison.Ordinal) && !name.Contains("IDAT")
            ? (ImageErrorKind.Truncated, $"the {name.Split('_')[1]} chunk at byte 33 claims 1073741823 bytes")
            : null;
    }
}

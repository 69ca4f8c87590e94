using MlPipeline.Data.Demo;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The commands that show where classes are seen.</summary>
public sealed class ExplainTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    [Fact]
    public void Methods_stand_side_by_side_with_legends_and_the_hottest_parts()
    {
        var (folder, picture) = (trained.Scratch("side"), trained.SomePictures[0]);
        var run = CommandRun.Of("explain", trained.Model, picture, "--out", folder, "--method", "cam,grad-cam++", "eigen-cam",
            "--sheet", "--legend", "--crops", "2", "--json", "--quiet").Good();

        var images = run.Json.GetProperty("images").EnumerateArray().ToArray();
        Assert.Equal(["cam", "grad-cam++", "eigen-cam"], images.Select(i => i.GetProperty("method").GetString()));
        Assert.All(images, i =>
        {
            using var map = ImageDecoder.DecodeFile(i.GetProperty("heatmap").GetString()!);

            // A line, and a strip of a twentieth of the height.
            Assert.Equal((128, 128 + 1 + 6), (map.Width, map.Height));
            var crops = i.GetProperty("crops").EnumerateArray().Select(c => c.GetString()!).ToArray();
            Assert.InRange(crops.Length, 1, 2);
            using var crop = ImageDecoder.DecodeFile(crops[0]);
            Assert.InRange(crop.Width, 1, 128);
        });
        var html = File.ReadAllText(run.Json.GetProperty("sheetFile").GetString()!);
        Assert.All((string[])["cam: ", "grad-cam++: ", "eigen-cam: "], m => Assert.Contains(m, html, StringComparison.Ordinal));
        Assert.Equal(4, html.Split("<img ").Length - 1);
        var again = CommandRun.Of("explain", trained.Model, picture, "--out", folder, "--method", "cam,grad-cam++", "eigen-cam");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_contrasts_and_mirror_images_change_the_map_and_what_speaks_for_nothing_is_said()
    {
        var (picture, classes) = (trained.SomePictures[0], SampleSet.Classes);
        var plain = Run("plain", "--class", classes[0]);
        var layer = Run("layer", "--class", classes[0], "--method", "layer-cam", "--layer", "stage3", "stage4");
        var against = Run("against", "--class", classes[0], "--against", classes[1]);
        var flips = Run("flips", "--class", classes[0], "--flips");

        Assert.Equal(4, new[] { plain, layer, against, flips }.Select(r => Convert.ToHexString(File.ReadAllBytes(
            r.Json.GetProperty("images")[0].GetProperty("heatmap").GetString()!))).Distinct().Count());
        Assert.Equal(classes[1], against.Json.GetProperty("images")[0].GetProperty("against").GetString());

        // The predicted class against itself is 0 everywhere.
        var label = plain.Json.GetProperty("images")[0].GetProperty("label").GetString()!;
        Assert.False(Run("itself", "--against", label).Json.GetProperty("images")[0].GetProperty("speaksForIt").GetBoolean());
        var said = CommandRun.Of("explain", trained.Model, picture, "--out", trained.Scratch("said"), "--against", label).Good();
        Assert.Contains($"nothing speaks for {label} against {label}", said.Output, StringComparison.Ordinal);

        CommandRun Run(string folder, params string[] options) => CommandRun.Of(
            ["explain", trained.Model, picture, "--out", trained.Scratch(folder), .. options, "--json", "--quiet"]).Good();
    }

    [Theory]
    [InlineData(2, "there is no heatmap method 'gradcam'; did you mean 'grad-cam'?", "--method", "cam,gradcam")]
    [InlineData(2, "--crops must be between 0 and 100", "--crops", "-1")]
    [InlineData(2, "another class", "--class", "fish", "--against", "fish")]
    [InlineData(1, "there is no 'zebra'", "--against", "zebra")]
    [InlineData(1, "has no layer 'stage9'; its stages are stage1", "--method", "grad-cam", "--layer", "stage9")]
    [InlineData(1, "looks at the network's feature map alone", "--layer", "stage2")]
    public void What_cannot_be_is_said(int exitCode, string message, params string[] options)
    {
        var run = CommandRun.Of(
            ["explain", trained.Model, trained.SomePictures[0], "--out", trained.Scratch("wrong"), .. options]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(trained.Scratch("wrong")));
    }

    [Fact]
    public void Methods_are_measured_on_boxes_beside_the_pictures()
    {
        // The same boxes as a table of columns and rows, the last ones included, with paths that start at the pictures.
        var lines = File.ReadAllLines(Path.Combine(trained.Pictures, SampleSet.BoxesFile)).Skip(1).Select(l => l.Split(','));
        var table = trained.Scratch("boxes.tsv");
        File.WriteAllLines(table, ["file\tx0\ty0\tx1\ty1", .. lines.Select(f => string.Join('\t', f[0], f[2], f[3],
            $"{int.Parse(f[2]) + int.Parse(f[4]) - 1}", $"{int.Parse(f[3]) + int.Parse(f[5]) - 1}"))]);
        string[] options = ["--methods", "cam,center,random", "--limit", "8", "--json", "--quiet"];

        var beside = CommandRun.Of(["explain-eval", trained.Model, trained.Pictures, "--boxes", table, "--sanity", .. options])
            .Good().Json;
        var own = CommandRun.Of(["explain-eval", trained.Model, trained.Pictures, .. options]).Good().Json;

        Assert.Equal(own.GetProperty("correct").GetInt32(), beside.GetProperty("correct").GetInt32());
        var (cam, center) = (beside.GetProperty("methods")[0], beside.GetProperty("methods")[1]);
        foreach (var figure in (string[])["pointing", "localization", "energy", "deletion", "insertion", "mirrored"])
            Assert.Equal(own.GetProperty("methods")[0].GetProperty(figure).GetDouble(), cam.GetProperty(figure).GetDouble());
        Assert.False(own.GetProperty("methods")[0].TryGetProperty("sanity", out _));
        Assert.Equal(["head", "stage4", "stage3", "stage2", "stage1"],
            cam.GetProperty("sanity").EnumerateArray().Select(s => s.GetProperty("step").GetString()));
        Assert.All(center.GetProperty("sanity").EnumerateArray(),
            s => Assert.Equal(1, s.GetProperty("rankCorrelation").GetDouble(), 9));
        var unknown = CommandRun.Of("explain-eval", trained.Model, trained.Pictures, "--methods", "camm");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("did you mean 'cam'?", unknown.Error, StringComparison.Ordinal);
    }
}

using System.Text.Json;

namespace MlPipeline.EndToEnd.Tests;

public class ModelTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    [Fact]
    public void Training_prints_every_figure_that_it_promises()
    {
        var result = trained.Training.Good().Json;
        foreach (var key in (string[])["microAccuracy", "macroAccuracy", "logLoss", "confusion", "classes", "images", "skipped",
            "seconds", "model", "report"])
        {
            Assert.True(result.TryGetProperty(key, out _), key);
        }

        foreach (var stage in (string[])["load", "features", "train", "evaluate", "total"])
            Assert.True(result.GetProperty("seconds").TryGetProperty(stage, out _), stage);

        Assert.Equal(120, result.GetProperty("images").GetInt32());
        var report = File.ReadAllText(trained.Report);
        Assert.Contains("data:image/jpeg;base64,", report, StringComparison.Ordinal);
        Assert.DoesNotContain("://", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Predicting_in_other_processes_gives_the_same_bits_for_any_batch_and_threads()
    {
        string[] pictures = [.. trained.SomePictures];
        var one = CommandRun.Of(["predict", trained.Model, .. pictures, "--json", "--quiet", "--threads", "1", "--batch", "1"])
            .Good().Output;
        var two = CommandRun.Of(["predict", trained.Model, .. pictures, "--json", "--quiet", "--threads", "2", "--batch", "5"])
            .Good().Output;
        Assert.Equal(one, two);
        var first = JsonDocument.Parse(one).RootElement.GetProperty("images")[0];
        Assert.Equal(first.GetProperty("label").GetString(), first.GetProperty("top")[0].GetProperty("label").GetString());
    }

    [Fact]
    public void Evaluating_on_other_pictures_uses_the_saved_model()
    {
        var result = CommandRun.Of("evaluate", trained.Model, trained.Pictures, "--json", "--quiet").Good().Json;
        Assert.Equal(120, result.GetProperty("images").GetInt32());
        Assert.True(result.GetProperty("microAccuracy").GetDouble() > 0.9);

        // A picture that cannot be read stops it, with and without the cache, unless it is to be left out.
        var manifest = trained.Scratch("with-a-bad-one.csv");
        File.WriteAllText(trained.Scratch("bad.png"), "not a picture");
        File.WriteAllLines(manifest, ["path,label", "bad.png,star", .. trained.SomePictures.Select(p =>
            $"{p},{Path.GetFileName(Path.GetDirectoryName(p))}")]);
        foreach (var cache in (string[][])[[], ["--no-cache"]])
        {
            Assert.Equal(1, CommandRun.Of(["evaluate", trained.Model, manifest, "--quiet", .. cache]).ExitCode);
            var left = CommandRun.Of(["evaluate", trained.Model, manifest, "--bad-images", "skip", "--json", "--quiet", .. cache])
                .Good().Json;
            Assert.Equal((trained.SomePictures.Count, 1),
                (left.GetProperty("images").GetInt32(), left.GetProperty("skipped").GetInt32()));
        }
    }

    [Fact]
    public void A_bad_picture_is_an_error_of_its_own_and_a_missing_one_too()
    {
        var broken = trained.Scratch("broken.jpg");
        File.WriteAllBytes(broken, [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]);
        var run = CommandRun.Of("predict", trained.Model, broken, trained.SomePictures[0],
            trained.Scratch("absent.png"), "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 of 3", run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        var images = run.Json.GetProperty("images");
        Assert.True(images[0].TryGetProperty("error", out _));
        Assert.True(images[1].TryGetProperty("label", out _));
        Assert.True(images[2].TryGetProperty("error", out _));
    }

    [Fact]
    public void Explaining_writes_a_heatmap_for_each_picture_and_for_a_named_class()
    {
        var folder = trained.Scratch("maps");
        string[] classes = [.. trained.Training.Json.GetProperty("classes").EnumerateArray().Select(c => c.GetString()!)];
        var run =
            CommandRun.Of(["explain", trained.Model, .. trained.SomePictures, "--out", folder, "--class", classes[1], "--json"])
                .Good();
        Assert.All(run.Json.GetProperty("images").EnumerateArray(), i =>
        {
            Assert.Equal(classes[1], i.GetProperty("class").GetString());
            Assert.True(File.Exists(i.GetProperty("heatmap").GetString()));
        });

        // The pictures share one file name: none may overwrite another.
        Assert.Equal(trained.SomePictures.Count, Directory.GetFiles(folder).Length);
        var unknown = CommandRun.Of("explain", trained.Model, trained.SomePictures[0], "--out", folder, "--class", "zebra");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("zebra", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.999, false)]
    [InlineData(0.4, false)]
    [InlineData(0.5, true)]
    [InlineData(0.01, true)]
    public void A_damaged_model_is_refused_in_one_line(double where, bool flip)
    {
        var bytes = File.ReadAllBytes(trained.Model);
        var at = (int)(bytes.Length * where);
        if (flip)
            bytes[at] ^= 0x10;

        var damaged = trained.Scratch($"damaged-{where}-{flip}.mlp");
        File.WriteAllBytes(damaged, flip ? bytes : bytes[..at]);
        var run = CommandRun.Of("predict", damaged, trained.SomePictures[0]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(Path.GetFileName(damaged), run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(150)]
    [InlineData(700)]
    [InlineData(1500)]
    public void Killing_the_training_leaves_the_old_model_or_the_new_one(int milliseconds)
    {
        var model = trained.Scratch($"killed-{milliseconds}.mlp");
        File.Copy(trained.Model, model);
        using var process = CommandRun.Start("train", trained.Pictures, "--out", model, "--force", "--quiet");
        process.WaitForExit(milliseconds);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        CommandRun.Of("predict", model, trained.SomePictures[0], "--json", "--quiet").Good();
    }
}

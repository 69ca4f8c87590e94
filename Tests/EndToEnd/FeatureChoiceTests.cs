using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public sealed class FeatureChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FeatureChoiceTests() => SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 10, Size = 128, Seed = 7 });

    private string Pictures => _folder["pictures"];

    private string Model => _folder["model.mlp"];

    private string[] SomePictures => [.. SampleSet.Classes.Select(c => Path.Combine(Pictures, c, "002.png"))];

    [Fact]
    public void Features_are_chosen_and_views_are_kept_in_the_model()
    {
        var result = CommandRun.Of("train", Pictures, "--features-from", "auto", "--augment", "flips", "--test-views", "flips",
            "--out", Model, "--json", "--quiet").Good().Json;
        var probe = result.GetProperty("featureProbe");
        string[] sets = [.. probe.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("features").GetString()!)];
        var chosen = probe.GetProperty("chosen").GetString()!;
        Assert.Contains("pooled", sets);
        Assert.Contains("stage1", sets);
        Assert.Contains(sets, s => s.EndsWith("+pooled", StringComparison.Ordinal));
        Assert.Equal(chosen, result.GetProperty("featuresFrom").GetString());
        Assert.Contains(chosen, sets);
        Assert.NotEmpty(probe.GetProperty("reason").GetString()!);
        Assert.All(probe.GetProperty("candidates").EnumerateArray(),
            c => Assert.InRange(c.GetProperty("accuracy").GetDouble(), 0.1, 1));

        var one = CommandRun.Of(["predict", Model, .. SomePictures, "--json", "--quiet", "--threads", "1", "--batch", "1"])
            .Good().Output;
        var two = CommandRun.Of(["predict", Model, .. SomePictures, "--json", "--quiet", "--threads", "2", "--batch", "5"])
            .Good().Output;
        Assert.Equal(one, two);
        Assert.InRange(CommandRun.Of("evaluate", Model, Pictures, "--json", "--quiet").Good().Json.GetProperty("microAccuracy")
            .GetDouble(), 0.85, 1);
    }

    [Fact]
    public void A_model_on_several_depths_predicts_as_it_was_tested_and_explains()
    {
        CommandRun.Of("train", Pictures, "--features-from", "stage2+pooled", "--out", Model, "--json", "--quiet").Good();
        CommandRun.Of("train", Pictures, "--features-from", "stage2+pooled", "--no-cache", "--out", _folder["again.mlp"],
            "--json", "--quiet").Good();
        string[] predict = [.. SomePictures, "--json", "--quiet"];
        Assert.Equal(CommandRun.Of(["predict", Model, .. predict]).Good().Output,
            CommandRun.Of(["predict", _folder["again.mlp"], .. predict]).Good().Output);

        var explained = CommandRun.Of(["explain", Model, .. SomePictures, "--out", _folder["maps"], "--json", "--quiet"])
            .Good().Json;
        Assert.All(explained.GetProperty("images").EnumerateArray(),
            i => Assert.True(File.Exists(i.GetProperty("heatmap").GetString())));
    }

    [Fact]
    public void An_unknown_stage_is_an_error_that_lists_the_known_ones()
    {
        var run = CommandRun.Of("train", Pictures, "--features-from", "stage9", "--out", Model);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no stage or value 'stage9'; its stages are stage1", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, CommandRun.Of("features", Pictures, "--features-from", "auto", "--out", _folder["f.csv"]).ExitCode);
    }

    [Fact]
    public void A_search_chooses_features_size_and_views_together_with_the_head()
    {
        var result = CommandRun.Of("tune", Pictures, "--features-from", "auto", "--input-size", "64", "96", "--resize", "stretch",
            "crop", "--augment", "none", "flips", "--test-views", "none", "flips",
            "--trials", "6", "--folds", "2", "--sampler", "random", "--nested", "--out", Model, "--json", "--quiet").Good().Json;
        JsonElement[] trials = [.. result.GetProperty("trials").EnumerateArray().Select(t => t.GetProperty("parameters"))];
        Assert.Equal(6, trials.Length);
        foreach (var name in (string[])["features", "inputSize", "resize", "views", "testViews", "solver", "l2"])
            Assert.All(trials, t => Assert.True(t.TryGetProperty(name, out _), name));

        Assert.True(result.GetProperty("inputSize").GetInt32() is 64 or 96);
        Assert.Equal(2, result.GetProperty("nested").GetProperty("folds").GetArrayLength());
        Assert.All(result.GetProperty("nested").GetProperty("folds").EnumerateArray(),
            f => Assert.True(f.GetProperty("parameters").TryGetProperty("features", out _)));

        var images = CommandRun.Of(["predict", Model, .. SomePictures, "--json", "--quiet"]).Good().Json.GetProperty("images");
        Assert.All(images.EnumerateArray(), i => Assert.True(i.TryGetProperty("label", out _)));
    }

    public void Dispose() => _folder.Dispose();
}

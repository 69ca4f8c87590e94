using System.Diagnostics;
using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>What the commands say of how far their figures can be trusted.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrustTests() => SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 10, Size = 64, Seed = 6 });

    // Blanks and quotation marks, which a shell would take apart.
    private string Pictures => _folder["my dad's pictures"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluating_on_the_training_data_says_so_in_text_JSON_and_report()
    {
        var model = _folder["m.zip"];
        var trained = CommandRun.Of("train", Pictures, "--out", model, "--json", "--quiet").Good().Json;
        AssertInterval(trained);
        var report = _folder["report.html"];
        var run = CommandRun.Of("evaluate", model, Pictures, "--report", report, "--json").Good();
        Assert.Contains("warning: the model was trained on 48 of the 60 pictures", run.Error, StringComparison.Ordinal);
        Assert.Equal(48, run.Json.GetProperty("trainedOn").GetInt32());
        AssertInterval(run.Json);
        var unseen = run.Json.GetProperty("unseen");
        AssertInterval(unseen);
        Assert.Equal(12, unseen.GetProperty("testImages").GetInt32());
        Assert.Equal(trained.GetProperty("microAccuracy").GetDouble(), unseen.GetProperty("microAccuracy").GetDouble());
        var html = File.ReadAllText(report);
        foreach (var part in (string[])["48 of the 60", "Confusion", "Calibration", "95 % interval", "data:image/jpeg;base64,"])
            Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);

        var text = CommandRun.Of("evaluate", model, Pictures, "--quiet").Good().Output;
        Assert.Contains("on the 12 pictures that it was not trained on:", text, StringComparison.Ordinal);
        Assert.Contains("95 % interval", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_says_what_its_figures_were_measured_on()
    {
        var result = CommandRun.Of("tune", Pictures, "--out", _folder["t.zip"], "--trials", "2", "--folds", "2",
            "--features-from", "pooled", "--report", _folder["search.html"], "--json", "--quiet").Good().Json;
        var heldOut = result.GetProperty("heldOut");
        Assert.Equal(12, heldOut.GetProperty("testImages").GetInt32());
        AssertInterval(heldOut);
        Assert.Contains("no trial saw", result.GetProperty("trust").GetString(), StringComparison.Ordinal);
        Assert.Contains("12 pictures that no trial saw", File.ReadAllText(_folder["search.html"]), StringComparison.Ordinal);
        var evaluated = CommandRun.Of("evaluate", _folder["t.zip"], Pictures, "--json", "--quiet").Good().Json;
        Assert.Equal(60, evaluated.GetProperty("trainedOn").GetInt32());
        Assert.False(evaluated.TryGetProperty("unseen", out _));
    }

    [Fact]
    public void The_recipe_ends_with_a_command_that_runs()
    {
        string[] recipe = ["recipe", Pictures, "--seed", "3", "--learning-rates", "0.01", "--quiet"];
        var result = CommandRun.Of([.. recipe, "--json"]).Good().Json;
        string[] next = [.. result.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!)];
        Assert.Equal("train", next[0]);
        Assert.Equal("3", next[Array.IndexOf(next, "--seed") + 1]);
        Assert.Equal("bootstrap-resnet", next[Array.IndexOf(next, "--backbone") + 1]);
        Assert.DoesNotContain("--learning-rates", next);
        var advice = result.GetProperty("advice");
        Assert.All(advice.GetProperty("measured").EnumerateArray(), AssertInterval);
        var isDefault = advice.GetProperty("advised").GetProperty("name").GetString() == "the default";
        Assert.Equal(isDefault, !next.Contains("--trainer") && !next.Contains("--features-from"));
        var measured = advice.GetProperty("advised").GetProperty("pValue").GetDouble();
        Assert.True(isDefault || measured < 0.05);

        var command = result.GetProperty("command").GetString()!;
        Assert.Equal(command, CommandRun.Of(recipe).Good().Output.TrimEnd().Split('\n')[^1].TrimEnd());
        if (!OperatingSystem.IsWindows())
        {
            var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"printf '%s\\n' {command}");
            using var shell = Process.Start(start)!;
            Assert.EndsWith($"\n{string.Join('\n', next)}\n", shell.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        }

        next[Array.IndexOf(next, "--out") + 1] = _folder["next.zip"];
        CommandRun.Of(next).Good();
        Assert.True(File.Exists(_folder["next.zip"]));
    }

    [Fact]
    public void The_same_picture_with_different_labels_is_named()
    {
        var (one, other) = (Path.Combine(Pictures, SampleSet.Classes[0], "000.png"),
            Path.Combine(Pictures, SampleSet.Classes[1], "wrong.png"));
        File.Copy(one, other);
        var run = CommandRun.Of("train", Pictures, "--out", _folder["c.zip"], "--json").Good();
        Assert.Contains(run.Error.Split('\n'), line => line.StartsWith("warning", StringComparison.Ordinal)
            && line.Contains(one, StringComparison.Ordinal) && line.Contains(other, StringComparison.Ordinal));
        var conflict = run.Json.GetProperty("labelConflicts")[0];
        Assert.Equal([SampleSet.Classes[0], SampleSet.Classes[1]],
            conflict.EnumerateArray().Select(p => p.GetProperty("label").GetString()!).Order(StringComparer.Ordinal));
    }

    private static void AssertInterval(JsonElement figures)
    {
        var interval = figures.GetProperty("microAccuracyInterval");
        Assert.InRange(figures.GetProperty("microAccuracy").GetDouble(),
            interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
        Assert.True(interval.GetProperty("high").GetDouble() - interval.GetProperty("low").GetDouble() > 0.01);
    }
}

using System.Diagnostics;
using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("predict")]
    [InlineData("train", "photos", "--out", "m.mlp", "--trainer", "forest")]
    [InlineData("train", "photos", "--out", "m.mlp", "--test-fraction", "1.5")]
    [InlineData("train", "photos", "--out", "m.mlp", "--folds", "1")]
    [InlineData("features", "photos", "--out", "features.xlsx")]
    [InlineData("demo", "--threads", "-1")]
    [InlineData("nonsense")]
    [InlineData("cache", "nonsense")]
    [InlineData("completion", "csh")]
    [InlineData("predict", "m.zip", "a.jpg", "--out", "table.xlsx")]
    [InlineData("predict", "m.zip", "a.jpg", "--all-scores")]
    [InlineData("classify", "a.jpg", "--max-pixels", "0")]
    public void Wrong_usage_exits_with_2_and_one_line(params string[] arguments)
    {
        var run = CommandRun.Of(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-folder", "train", "no-such-folder", "--out", "m.mlp")]
    [InlineData("no-such-model", "predict", "no-such-model", "a.jpg")]
    [InlineData("no-such-net", "summary", "no-such-net")]
    [InlineData("no-such-net", "classify", "a.jpg", "--backbone", "no-such-net")]
    public void What_is_missing_is_named_in_one_line_without_a_trace(string named, params string[] arguments)
    {
        var run = CommandRun.Of(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(1, "no-such-folder", "train", "no-such-folder", "--out", "m.mlp")]
    [InlineData(1, "no-such-model", "evaluate", "no-such-model", "photos")]
    [InlineData(2, "--test-fraction", "train", "photos", "--out", "m.mlp", "--test-fraction", "1.5")]
    [InlineData(2, "--out", "tune", "photos")]
    [InlineData(2, "nonsense", "nonsense")]
    public void With_json_a_failure_is_one_object_that_says_why(int code, string named, params string[] arguments)
    {
        var run = CommandRun.Of([.. arguments, "--json"]);
        var error = run.Json.GetProperty("error");
        Assert.Equal((code, code), (run.ExitCode, error.GetProperty("exitCode").GetInt32()));
        Assert.Contains(named, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(run.Output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("'train'", "tarin", "photos")]
    [InlineData("'verify'", "cache", "verfy")]
    [InlineData("'--folds'", "train", "photos", "--out", "m.mlp", "--fold", "3")]
    [InlineData("'--threads'", "summary", "resnet18", "--thread", "1")]
    [InlineData("'resnet20'", "train", "photos", "--out", "m.mlp", "--from-scratch", "resnet2")]
    public void Unknown_words_get_the_nearest_that_is_known(string suggestion, params string[] arguments)
    {
        var run = CommandRun.Of(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"did you mean {suggestion}?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--folds takes a whole number, not 'many'", "--folds", "many")]
    [InlineData("--test-fraction takes a number, not 'half'", "--test-fraction", "half")]
    [InlineData("--bad-images takes one of throw, skip, not 'drop'", "--bad-images", "drop")]
    public void Values_of_another_type_are_named_with_what_would_be_right(string message, params string[] wrong)
    {
        var run = CommandRun.Of(["train", "photos", "--out", "m.mlp", .. wrong]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"error: {message}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target-precision must be", "train", "--target-precision", "7")]
    [InlineData("--l2 must be", "train", "--l2", "-1")]
    [InlineData("--folds: ", "tune", "--folds", "1")]
    [InlineData("--standard-errors must be", "tune", "--standard-errors", "-1")]
    [InlineData("--threads takes a whole number", "train", "--threads", "all")]
    [InlineData("--backbone is about", "train", "--from-scratch", "lenet5", "--backbone", "resnet18")]
    [InlineData("--train-layers names", "train", "--from-scratch", "lenet5", "--train-layers", "all")]
    [InlineData("--augmentation takes one of none", "train", "--from-scratch", "lenet5", "--augmentation", "wild")]
    [InlineData("--provider is for --runtime onnxruntime", "train", "--provider", "CUDA")]
    public void A_value_out_of_range_is_told_by_its_option_and_not_by_names_of_the_code(string message, string command,
        params string[] wrong)
    {
        var run = CommandRun.Of([command, "photos", "--out", "m.mlp", .. wrong]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"error: {message}", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_command_ends_with_130()
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new TemporaryFolder();
        using var process = CommandRun.Start("demo", "--out", folder["demo"], "--json");
        while (!process.HasExited && !Directory.Exists(folder["demo", "pictures"]))
            await Task.Delay(10);

        using (var signal = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]))
        {
            await signal.WaitForExitAsync();
        }

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Equal([folder["demo", "pictures"]], Directory.GetFileSystemEntries(folder["demo"]));
        Assert.Equal(130, JsonDocument.Parse(output).RootElement.GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void Bad_pictures_stop_the_training_or_are_left_out_and_listed()
    {
        using var folder = new TemporaryFolder();
        SampleSet.Write(folder["pictures"], new SampleSetOptions { ImagesPerClass = 8, Size = 96 });
        var broken = Path.Combine(folder["pictures"], SampleSet.Classes[0], "broken.png");
        File.WriteAllBytes(broken, [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0]);

        var stopped = CommandRun.Of("train", folder["pictures"], "--out", folder["m.mlp"], "--quiet");
        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains("broken.png", stopped.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.mlp"]));

        var result = CommandRun.Of("train", folder["pictures"], "--out", folder["m.mlp"], "--bad-images", "skip", "--folds", "2",
            "--json", "--quiet").Good().Json;
        Assert.Equal(1, result.GetProperty("skipped").GetInt32());
        Assert.EndsWith("broken.png", result.GetProperty("skippedFiles")[0].GetProperty("path").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(2, result.GetProperty("folds").GetArrayLength());
    }

    [Fact]
    public void Features_are_written_as_numpy_and_as_csv_with_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        SampleSet.Write(folder["pictures"], new SampleSetOptions { ImagesPerClass = 3, Size = 64 });
        foreach (var name in (string[])["f.npy", "f.csv"])
            CommandRun.Of("features", folder["pictures"], "--out", folder[name], "--quiet").Good();

        var lines = File.ReadAllLines(folder["f.csv"]);
        var array = File.ReadAllBytes(folder["f.npy"]);
        var rows = 3 * SampleSet.Classes.Count;
        Assert.Equal(rows + 1, lines.Length);
        var last = BitConverter.ToSingle(array, array.Length - 4);
        Assert.Equal(last, float.Parse(lines[^1].Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(128 + 4 * rows * 256, array.Length);
    }

    [Fact]
    public void Classifying_gives_ranked_probabilities_of_the_networks_own_classes()
    {
        using var folder = new TemporaryFolder();
        SampleSet.Write(folder["pictures"], new SampleSetOptions { ImagesPerClass = 1, Size = 64 });
        var images = CommandRun.Of("classify", folder["pictures"], "--top", "200", "--json", "--quiet")
            .Good().Json.GetProperty("images");
        Assert.Equal(SampleSet.Classes.Count, images.GetArrayLength());
        double[] scores = [.. images[0].GetProperty("top").EnumerateArray().Select(t => t.GetProperty("score").GetDouble())];
        Assert.Equal(200, scores.Length);
        Assert.Equal(1, scores.Sum(), 5);
        Assert.Equal(scores.OrderDescending(), scores);
    }

    [Fact]
    public void A_summary_adds_up()
    {
        var result = CommandRun.Of("summary", "resnet18", "--json").Good().Json;
        Assert.Equal(11_689_512, result.GetProperty("parameters").GetInt64());
        Assert.Equal(1, result.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("share").GetDouble()), 6);
        Assert.Equal(result.GetProperty("multiplyAdds").GetInt64(),
            result.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("multiplyAdds").GetInt64()));
    }

    [Fact]
    public void A_benchmark_shows_every_step_of_the_plan()
    {
        var result = CommandRun.Of("bench", "lenet5", "--batch", "2", "--seconds", "0.1", "--layers", "--json").Good().Json;
        JsonElement[] layers = [.. result.GetProperty("layers").EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, layers.Length), layers.Select(l => l.GetProperty("step").GetInt32()));
        Assert.Equal(1, layers.Sum(l => l.GetProperty("share").GetDouble()), 6);
        var first = layers.First(l => l.GetProperty("layer").GetString() == "c1");
        Assert.Equal("Conv + tanh", first.GetProperty("operation").GetString());
        Assert.Equal([2, 6, 28, 28], first.GetProperty("outputShape").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(4 * ((2 * 32 * 32) + (6 * 25) + 6 + (2 * 6 * 28 * 28)), first.GetProperty("bytes").GetInt64());
        Assert.Equal(2, CommandRun.Of("bench", "lenet5", "--layers", "--runtime", "reference").ExitCode);
    }
}

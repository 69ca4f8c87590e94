using System.Text.Json;
using CsvHelper;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>How pictures are named on the command line, and the files that predictions are written to.</summary>
public class PredictionTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    private static readonly string[] s_words = ["--json", "--quiet"];

    private static string ClassOf(int at) => SampleSet.Classes[at];

    [Fact]
    public void Patterns_folders_and_standard_input_name_the_same_pictures_as_their_paths()
    {
        var folder = Path.Combine(trained.Pictures, ClassOf(0));
        string[] paths = [Path.Combine(folder, "001.png"), Path.Combine(folder, "002.png")];
        string[] patterns = ["00[12].png", "00{1,2}.png", "00[!03-9].png"];
        (string Pattern, int Count)[] counted =
        [
            (Path.Combine(folder, "00?.png"), 10),
            (Path.Combine(trained.Pictures, "*", "003.png"), SampleSet.Classes.Count),
            (Path.Combine(trained.Pictures, "**", "003.png"), SampleSet.Classes.Count),
            (folder, 20),
            (Path.Combine(folder, "**"), 20),
            (Path.Combine(trained.Pictures, "{" + $"{ClassOf(0)},{ClassOf(1)}" + "}"), 40),
        ];

        // What the words name follows one another in their order.
        var named = Named([.. patterns.Select(p => Path.Combine(folder, p)), .. counted.Select(c => c.Pattern)]);
        Assert.Equal([.. paths, .. paths, .. paths], named[..6]);
        Assert.Equal(counted.Sum(c => c.Count), named.Length - 6);
        for (int i = 0, next = 6; i < counted.Length; next += counted[i++].Count)
        {
            Assert.Equal(counted[i].Count, named[next..(next + counted[i].Count)].Distinct().Count());
            Assert.All(named[next..(next + counted[i].Count)], p => Assert.True(i is 1 or 2 ? p.EndsWith("003.png",
                StringComparison.Ordinal) : i == 5 || p.StartsWith(folder, StringComparison.Ordinal), p));
        }

        var run = CommandRun.WithInput($"{paths[1]}\r\n\n{paths[0]}\n", ["predict", trained.Model, "-", .. s_words]).Good();
        Assert.Equal([paths[1], paths[0]], PathsOf(run));
    }

    [Theory]
    [InlineData("nothing fits this pattern", "*.gif")]
    [InlineData("nothing fits this pattern", "**", "*.gif")]
    [InlineData("nothing fits this pattern", "none*", "001.png")]
    public void A_pattern_that_nothing_fits_is_an_error_by_name(string message, params string[] pattern)
    {
        var whole = Path.Combine([trained.Pictures, .. pattern]);
        var run = CommandRun.Of("predict", trained.Model, whole);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(whole, run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, CommandRun.WithInput("\n", "predict", trained.Model, "-").ExitCode);
    }

    [Fact]
    public void A_table_has_a_row_for_each_picture_that_readers_of_csv_and_spreadsheets_understand()
    {
        var folder = Directory.CreateDirectory(trained.Scratch("odd")).FullName;
        string[] names = ["=cmd,\"1\".png", "two words.png", "broken.png"];
        foreach (var name in names[..2])
            File.Copy(trained.SomePictures[0], Path.Combine(folder, name));
        File.WriteAllText(Path.Combine(folder, names[2]), "no picture");

        var table = trained.Scratch("new/deep/predictions.csv");
        var run = CommandRun.Of(["predict", trained.Model, .. names.Select(n => Path.Combine(folder, n)), "--out", table,
            "--all-scores", .. s_words]);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(table, run.Json.GetProperty("out").GetString());
        using var reader = CsvReader.FromFile(table);
        Assert.Equal(["path", "label", "score", "abstained", "error", .. SampleSet.Classes.Order(StringComparer.Ordinal)
            .Select(c => $"score: {c}")], reader.Headers);
        foreach (var name in names[..2])
        {
            Assert.True(reader.Read());
            Assert.Equal(Path.Combine(folder, name), reader.GetString("path"));
            var label = reader.GetString("label")!;
            Assert.Equal(reader.GetString("score"), reader.GetString($"score: {label}"));
            Assert.Equal(1, SampleSet.Classes.Sum(c => reader.Parse<double>($"score: {c}")), 5);
        }

        Assert.True(reader.Read());
        Assert.Equal(("", ""), (reader.GetString("label"), reader.GetString("score")));
        Assert.Contains("not a picture", reader.GetString("error"), StringComparison.Ordinal);
        Assert.False(reader.Read());

        var lines = trained.Scratch("predictions.jsonl");
        CommandRun.Of("predict", trained.Model, trained.SomePictures[0], "--out", lines).Good();
        var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(lines))).RootElement;
        Assert.Equal(trained.SomePictures[0], line.GetProperty("path").GetString());
        Assert.InRange(line.GetProperty("score").GetDouble(), 0.1, 1);
    }

    [Fact]
    public void What_a_spreadsheet_would_run_is_written_as_text()
    {
        using var folder = new TemporaryFolder();
        foreach (var (shape, label) in SampleSet.Classes.Zip(["=1+1", "@sum", "-7"]))
        {
            Directory.CreateDirectory(folder["pictures", label]);
            foreach (var picture in Directory.GetFiles(Path.Combine(trained.Pictures, shape)))
                File.Copy(picture, folder["pictures", label, Path.GetFileName(picture)]);
        }

        CommandRun.Of("train", folder["pictures"], "--out", folder["m.mlp"], "--quiet").Good();
        CommandRun.Of("predict", folder["m.mlp"], folder["pictures"], "--out", folder["p.csv"], "--quiet").Good();
        var labels = File.ReadLines(folder["p.csv"]).Skip(1).Select(l => l.Split(',')[1]).Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(["'=1+1", "'@sum", "-7"], labels);
    }

    [Fact]
    public void Nothing_that_is_there_is_replaced_unless_asked_for_and_no_two_outputs_share_a_place()
    {
        using var folder = new TemporaryFolder();
        var there = folder["there"];
        File.WriteAllText(there + ".zip", "mine");
        File.WriteAllText(there + ".csv", "mine");
        Directory.CreateDirectory(folder["report"]);
        File.WriteAllText(folder["report", "report.html"], "mine");
        var picture = folder["maps", "a.png"];
        Directory.CreateDirectory(folder["maps"]);
        File.Copy(trained.SomePictures[0], picture);
        foreach (var wrong in (string[][])
        [
            ["train", trained.Pictures, "--out", there + ".zip"],
            ["train", trained.Pictures, "--out", folder["new.zip"], "--report", folder["report"]],
            ["train", trained.Pictures, "--out", folder["report"]],
            ["train", trained.Pictures, "--out", folder["same.html"], "--report", folder["same.html"]],
            ["train", there + ".csv", "--out", there + ".csv", "--force"],
            ["train", trained.Pictures, "--out", folder["there.zip", "new.zip"]],
            ["tune", trained.Pictures, "--out", there + ".zip"],
            ["features", trained.Pictures, "--out", there + ".csv"],
            ["predict", trained.Model, picture, "--out", there + ".csv"],
            ["explain", trained.Model, picture, "--out", folder["maps"]],
            ["explain", trained.Model, picture, "--out", folder["maps"], "--force"],
        ])
        {
            var run = CommandRun.Of(wrong);
            Assert.True(run.ExitCode == 2, $"{string.Join(' ', wrong)}: {run.ExitCode} {run.Error}");
            Assert.Contains(folder.Root, run.Error, StringComparison.Ordinal);
        }

        Assert.All([there + ".zip", there + ".csv", folder["report", "report.html"]],
            f => Assert.Equal("mine", File.ReadAllText(f)));
        Assert.Equal(File.ReadAllBytes(trained.SomePictures[0]), File.ReadAllBytes(picture));
        Assert.Equal(["maps", "report", "there.csv", "there.zip"],
            Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        CommandRun.Of("predict", trained.Model, picture, "--out", there + ".csv", "--force").Good();
        Assert.Equal(2, File.ReadAllLines(there + ".csv").Length);
    }

    [Fact]
    public void A_picture_above_the_limit_of_pixels_is_refused_with_the_option_that_sets_another()
    {
        var run = CommandRun.Of("predict", trained.Model, trained.SomePictures[0], "--max-pixels", "0.001");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0.016384 megapixels, more than the limit of 0.001; --max-pixels", run.Error, StringComparison.Ordinal);
        CommandRun.Of("predict", trained.Model, trained.SomePictures[0], "--max-pixels", "0.02").Good();
    }

    private string[] Named(string[] words) => PathsOf(CommandRun.Of(["predict", trained.Model, .. words, .. s_words]).Good());

    private static string[] PathsOf(CommandRun run) =>
        [.. run.Json.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("path").GetString()!)];
}

using MlPipeline.Data.Demo;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>What users' data sets look like, and what is said of them.</summary>
public sealed class DataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataTests() => SampleSet.Write(_folder["data", "train"], new SampleSetOptions { ImagesPerClass = 5, Size = 64 });

    [Fact]
    public void A_split_data_set_is_trained_and_tested_as_it_says_and_what_is_not_used_is_named()
    {
        SampleSet.Write(_folder["data", "VAL"], new SampleSetOptions { ImagesPerClass = 2, Size = 64, Seed = 8 });
        File.WriteAllText(_folder["data", "train", SampleSet.Classes[0], ".DS_Store"], "x");
        File.WriteAllText(_folder["data", "notes.txt"], "x");

        var run = CommandRun.Of("train", _folder["data"], "--out", _folder["m.zip"], "--json").Good();

        Assert.Equal((30, 42, 0), (run.Json.GetProperty("trainImages").GetInt32(), run.Json.GetProperty("images").GetInt32(),
            run.Json.GetProperty("skipped").GetInt32()));
        Assert.Equal(12, run.Json.GetProperty("distinctImages").GetInt32());
        Assert.Contains("not used, hidden: train/", run.Error.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains("notes.txt", run.Error, StringComparison.Ordinal);
        Assert.Contains("30 pictures to train on, 12 to test on", run.Error, StringComparison.Ordinal);

        // The two files, and the tables of boxes that are drawn with the pictures.
        Assert.Equal(4, run.Json.GetProperty("ignored").GetInt32());
        Assert.Equal(4, run.Json.GetProperty("ignoredFiles").GetArrayLength());
        Assert.Equal(2, CommandRun.Of("train", _folder["data"], "--out", _folder["n.zip"], "--folds", "2").ExitCode);
    }

    [Fact]
    public void A_class_behind_a_link_stops_the_training_or_is_followed()
    {
        Directory.Move(_folder["data", "train", SampleSet.Classes[0]], _folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["data", "train", SampleSet.Classes[0]], _folder["elsewhere"]);

        var stopped = CommandRun.Of("train", _folder["data", "train"], "--out", _folder["m.zip"], "--quiet");

        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains(_folder["data", "train", SampleSet.Classes[0]], stopped.Error, StringComparison.Ordinal);
        Assert.Contains("--follow-links", stopped.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["m.zip"]));
        var followed = CommandRun.Of("train", _folder["data", "train"], "--out", _folder["m.zip"], "--follow-links",
            "--test-fraction", "0", "--report", _folder["report"], "--json", "--quiet").Good().Json;
        Assert.Equal(30, followed.GetProperty("trainImages").GetInt32());
        Assert.False(followed.TryGetProperty("microAccuracy", out _));
        Assert.Contains("nothing was tested", File.ReadAllText(_folder["report", "report.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--l2", "0,5", "train", "data", "--out", "m.zip")]
    [InlineData("--test-fraction", "1,234.5", "train", "data", "--out", "m.zip")]
    [InlineData("--test-fraction", "NaN", "train", "data", "--out", "m.zip")]
    [InlineData("--learning-rates", "0,1", "recipe", "data")]
    [InlineData("--hidden-units", "1,000", "recipe", "data")]
    [InlineData("--target", " 1", "tune", "data", "--out", "m.zip")]
    [InlineData("--input-size", "1_000", "features", "data", "--out", "f.csv")]
    [InlineData("--seed", "1.0", "demo")]
    [InlineData("--threads", "2,0", "demo")]
    [InlineData("--bad-images", "1", "train", "data", "--out", "m.zip")]
    [InlineData("--class-weights", "rose=0,5", "train", "data", "--out", "m.zip")]
    public void Numbers_are_read_strictly_or_refused_by_option(string option, string value, params string[] command)
    {
        var run = CommandRun.Of([.. command, option, value]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} takes", run.Error, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", run.Error, StringComparison.Ordinal);
    }

    [SharedTheory("data", "cases")]
    [InlineData("01-silent-class-loss/links", "tulips")]
    [InlineData("02-decimal-comma/wmix_comma.tsv", "line 2: the weight '0,5' in the column 'w'")]
    [InlineData("03-ansi-csv-merges-classes/ansi.csv", "line 2")]
    [InlineData("09-manifest-paths/unclosed.csv", "line 5")]
    [InlineData("09-manifest-paths/windrive.csv", "line 2")]
    [InlineData("09-manifest-paths/backslash.csv", "img/daisy/100080576_f52e8ee070_n.jpg: there is no such file")]
    [InlineData("09-manifest-paths/semicolon.csv", "img/daisy/100080576_f52e8ee070_n.jpg: there is no such file")]
    public void Inputs_that_once_gave_wrong_answers_are_refused_where_they_are_wrong(string path, string reason)
    {
        string[] weights = path.EndsWith(".tsv", StringComparison.Ordinal) ? ["--weights", "w"] : [];
        var run = CommandRun.Of(["train", SharedData.PathOf(["data", "cases", .. path.Split('/')]), "--out", _folder["m.zip"],
            "--quiet", .. weights]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [SharedFact("data", "cases")]
    public void A_class_of_webp_pictures_is_a_class()
    {
        var data = DataSource.Open(SharedData.PathOf("data", "cases", "01-silent-class-loss", "webp"));

        Assert.Equal(["daisy", "roses", "tulips"], data.ClassNames);
        Assert.Equal([4, 4, 3], data.ClassCounts());
    }

    public void Dispose() => _folder.Dispose();
}

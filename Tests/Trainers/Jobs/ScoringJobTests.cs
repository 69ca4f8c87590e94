using System.Globalization;
using System.Text.Json;
using MlPipeline.Data.Demo;
using MlPipeline.Trainers.Jobs.Batch;
using Parquet;

namespace MlPipeline.Trainers.Tests.Jobs;

/// <summary>A model that was trained once, and pictures with bad ones among them.</summary>
public sealed class ScoringFixture : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-scoring-").FullName;

    public ScoringFixture()
    {
        SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 6, Size = 64, Seed = 3 });
        new TrainingJob(new TrainingOptions
        {
            Backbone = BackboneCatalog.Resolve("bootstrap-resnet"),
            TestFraction = 0,
            UseCache = false,
        }).Run(DataSource.Open(Pictures)).Save(Model);
        File.WriteAllText(Path.Combine(Pictures, "bad.png"), "no picture");
        File.WriteAllText(Path.Combine(Pictures, "=cmd,\"x\".png"), "no picture");
        File.WriteAllText(Path.Combine(Pictures, "notes.txt"), "no picture, and not taken for one");
        Directory.CreateSymbolicLink(Path.Combine(Pictures, "out"), Path.GetTempPath());
    }

    public string Pictures => Path.Combine(_folder, "pictures");

    public string Model => Path.Combine(_folder, "model.zip");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

public sealed class ScoringJobTests(ScoringFixture fixture) : IClassFixture<ScoringFixture>, IDisposable
{
    private const int Count = 6 * 6 + 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-score-").FullName;

    private string Out => PathOf("scores.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData("csv"), InlineData("jsonl"), InlineData("parquet")]
    public void Stopped_anywhere_and_resumed_it_ends_with_the_bytes_of_one_left_alone(string extension)
    {
        var (alone, stopped) = (PathOf($"alone.{extension}"), PathOf($"stopped.{extension}"));
        var options = new ScoringOptions { AllScores = true };
        var result = Run(alone, options);
        Assert.Equal((Count, 3, 2), (result.Images, result.Failed, result.Ignored));
        foreach (var at in (int[])[0, 7, 38])
        {
            using var stop = new CancellationTokenSource();
            var progress = new StopAt(at, stop);
            Assert.ThrowsAny<OperationCanceledException>(() => new ScoringJob(fixture.Model, options with { Resume = true })
                .Run(fixture.Pictures, stopped, progress, stop.Token));
            Assert.False(File.Exists(stopped));

            // As a kill leaves it between two looks at the disk: rows that nobody has counted.
            File.AppendAllText($"{stopped}.partial", "half a ro");
        }

        var resumed = Run(stopped, options with { Resume = true }).Resumed;
        Assert.InRange(resumed, 7, Count - 1);
        Assert.Equal(File.ReadAllBytes(alone), File.ReadAllBytes(stopped));
        Assert.Equal(Count, Run(stopped, options with { Resume = true }).Resumed);
        Assert.Equal([Path.GetFileName(stopped), Path.GetFileName(stopped) + ".job.json"],
            Directory.GetFiles(_folder, "stopped*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_picture_is_a_row_in_order_and_what_is_no_picture_says_why()
    {
        var rows = JsonRows("rows.jsonl", new ScoringOptions { AllScores = true });
        string[] paths = [.. rows.Select(r => r.GetProperty("path").GetString()!)];
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
        Assert.Equal(Count, paths.Distinct().Count());
        using var model = ImageClassificationModel.Load(fixture.Model);
        foreach (var (row, prediction) in rows.Zip(model.Predict(paths)))
        {
            var isLink = prediction.Path.EndsWith("out", StringComparison.Ordinal);
            Assert.Equal(prediction.Error is not null, row.TryGetProperty("error", out var error));
            if (isLink)
                Assert.Contains("a link out of the data set", error.GetString(), StringComparison.Ordinal);
            else if (prediction.Error is { } reason)
                Assert.Equal(reason, error.GetString());
            else
                Assert.Equal((prediction.Label, prediction.Score), (row.GetProperty("label").GetString(), Number(row, "score")));
        }
    }

    [Fact]
    public void A_manifest_gives_its_own_paths_their_classes_and_every_line_a_row()
    {
        var manifest = PathOf("list.csv");
        var good = Path.GetRelativePath(_folder, Directory.GetFiles(fixture.Pictures, "*.png", SearchOption.AllDirectories)
            .First(f => f.Contains(SampleSet.Classes[0], StringComparison.Ordinal)));
        File.WriteAllText(manifest, $"label;file\n{SampleSet.Classes[0]};{good}\n;missing.png\n=x;missing.png\nb;{good}\n");
        new ScoringJob(fixture.Model).Run(manifest, Out);
        var lines = File.ReadAllLines(Out);
        Assert.Equal("path,label,score,abstained,error,actual", lines[0]);
        Assert.StartsWith($"{good},", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($",{SampleSet.Classes[0]}", lines[1], StringComparison.Ordinal);
        Assert.Matches("^missing.png,,,,.+,$", lines[2]);
        Assert.Matches("^missing.png,,,,.+,'=x$", lines[3]);
        Assert.Equal(lines[1][..^SampleSet.Classes[0].Length] + "b", lines[4]);
        Assert.Equal(5, lines.Length);

        File.WriteAllText(manifest, "path\nmissing.png\n\"two\nlines\"\n");
        Assert.Contains("line 3", Assert.Throws<DataSourceException>(
            () => new ScoringJob(fixture.Model).Run(manifest, PathOf("wrong.csv"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "wrong.csv"));
    }

    [Fact]
    public async Task Parquet_has_the_rows_of_json_lines()
    {
        var rows = JsonRows("rows.jsonl", new ScoringOptions { AllScores = true });
        Run(PathOf("rows.parquet"), new ScoringOptions { AllScores = true });
        await using var reader = await ParquetReader.CreateAsync(PathOf("rows.parquet"));
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.DataFields;
        Assert.Equal(["path", "label", "score", "abstained", "error"], fields.Take(5).Select(f => f.Name));
        Assert.Equal(5 + SampleSet.Classes.Count, fields.Length);
        var (paths, scores) = (new string?[Count], new float?[Count]);
        await group.ReadAsync(fields[0], paths.AsMemory());
        await group.ReadAsync<float>(fields[^1], scores.AsMemory());
        Assert.Equal(rows.Select(r => r.GetProperty("path").GetString()), paths);
        Assert.Equal(rows.Select(r => r.TryGetProperty("scores", out var all)
            ? Number(all, fields[^1].Name["score: ".Length..]) : (float?)null), scores);
    }

    [Theory, InlineData("csv"), InlineData("jsonl"), InlineData("parquet")]
    public void Merged_shards_have_the_bytes_of_the_whole(string extension)
    {
        var (whole, parts) = (PathOf($"whole.{extension}"), PathOf($"parts.{extension}"));
        Run(whole, new ScoringOptions());
        for (var i = 1; i <= 4; i++)
        {
            var missing = Assert.Throws<JobException>(() => new MergeJob(4).Run(parts)).Message;
            Assert.Contains($"parts-{i}-of-4.{extension} is not there", missing, StringComparison.Ordinal);
            Run(parts, new ScoringOptions { Shard = new Shard(i, 4) });
        }

        var result = new MergeJob().Run(parts);
        Assert.Equal((4, Count, 3), (result.Shards, result.Images, result.Failed));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
        Assert.Contains("there already", Assert.Throws<JobException>(() => new MergeJob().Run(parts)).Message,
            StringComparison.Ordinal);

        // What was damaged on its way, or belongs to another job, is not merged.
        var second = PathOf($"parts-2-of-4.{extension}");
        var bytes = File.ReadAllBytes(second);
        bytes[^10] ^= 1;
        File.WriteAllBytes(second, bytes);
        Assert.Contains("parts-2-of-4", Assert.Throws<JobException>(() => new MergeJob(replace: true).Run(parts)).Message,
            StringComparison.Ordinal);
        Run(parts, new ScoringOptions { Shard = new Shard(2, 4), Replace = true, AllScores = true });
        Assert.Contains("all scores was no and is now yes",
            Assert.Throws<JobException>(() => new MergeJob(replace: true).Run(parts)).Message, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
    }

    [Fact]
    public void More_shards_than_pictures_are_merged_too()
    {
        var manifest = PathOf("two.csv");
        File.WriteAllText(manifest, "path\na.png\nb.png\n");
        new ScoringJob(fixture.Model).Run(manifest, Out);
        for (var i = 1; i <= 11; i++)
            new ScoringJob(fixture.Model, new ScoringOptions { Shard = new Shard(i, 11) }).Run(manifest, PathOf("parts.csv"));
        Assert.True(File.Exists(PathOf("parts-03-of-11.csv")));
        new MergeJob().Run(PathOf("parts.csv"));
        Assert.Equal(File.ReadAllText(Out), File.ReadAllText(PathOf("parts.csv")));
    }

    [Fact]
    public void Going_on_with_something_else_is_refused_and_what_differs_is_named()
    {
        using (var stop = new CancellationTokenSource())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => new ScoringJob(fixture.Model)
                .Run(fixture.Pictures, Out, new StopAt(5, stop), stop.Token));
        }

        Says("--resume", fixture.Model, fixture.Pictures, new ScoringOptions());
        Says("all scores was no and is now yes", fixture.Model, fixture.Pictures,
            new ScoringOptions { Resume = true, AllScores = true });
        Says("data was", fixture.Model, fixture.Pictures + "/", new ScoringOptions { Resume = true });
        var other = PathOf("other.zip");
        var trained = ModelFile.Load(fixture.Model);
        ModelFile.Save(other, trained with { Card = trained.Card with { DataFingerprint = "of other pictures" } });
        Says("model was", other, fixture.Pictures, new ScoringOptions { Resume = true });
        File.WriteAllText($"{Out}.partial", "");
        Says("begin anew", fixture.Model, fixture.Pictures, new ScoringOptions { Resume = true });
        Assert.Equal(Count, Run(Out, new ScoringOptions { Replace = true }).Images);
        Says("already", fixture.Model, fixture.Pictures, new ScoringOptions());
        File.AppendAllText(Out, "more");
        Says("another length", fixture.Model, fixture.Pictures, new ScoringOptions { Resume = true });

        void Says(string part, string model, string data, ScoringOptions options) => Assert.Contains(part,
            Assert.Throws<JobException>(() => new ScoringJob(model, options).Run(data, Out)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_at_a_time_writes_a_file_and_a_file_that_cannot_be_written_is_named()
    {
        using (new FileStream($"{Out}.partial", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Assert.Contains(Out, Assert.Throws<JobException>(() => Run(Out, new ScoringOptions { Resume = true })).Message,
                StringComparison.Ordinal);
        }

        var below = Path.Combine(fixture.Model, "scores.csv");
        Assert.Contains(below, Assert.Throws<JobException>(() => Run(below, new ScoringOptions())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_changes_meanwhile_changes_nothing()
    {
        var data = PathOf("inbox");
        Directory.CreateDirectory(data);
        for (var i = 0; i < 5; i++)
            File.WriteAllText(Path.Combine(data, $"{i}.png"), "");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => new ScoringJob(fixture.Model).Run(data, Out, new StopAt(2, stop), stop.Token));
        File.WriteAllText(Path.Combine(data, "1a.png"), "");
        File.Delete(Path.Combine(data, "4.png"));
        Assert.Equal(5, new ScoringJob(fixture.Model, new ScoringOptions { Resume = true }).Run(data, Out).Images);
        var rows = File.ReadAllLines(Out);
        Assert.DoesNotContain(rows, r => r.Contains("1a.png", StringComparison.Ordinal));
        Assert.Contains("4.png,,,,", rows[5], StringComparison.Ordinal);
    }

    [Theory, InlineData("csv"), InlineData("npy")]
    public void Features_in_shards_merge_to_the_whole(string extension)
    {
        var options = new FeaturesOptions
        {
            Backbone = BackboneCatalog.Resolve("bootstrap-resnet"),
            UseCache = false,
            Run = new BackboneRunOptions { BadImages = BadImagePolicy.Skip },
        };
        var data = DataSource.Open(fixture.Pictures, new DataSourceOptions { BadImages = BadImagePolicy.Skip });
        var (whole, parts) = (PathOf($"whole.{extension}"), PathOf($"parts.{extension}"));
        new FeaturesJob(options).Run(data, whole);
        for (var i = 1; i <= 3; i++)
            new FeaturesJob(options with { Shard = new Shard(i, 3) }).Run(data, parts);
        Assert.Equal(36, new MergeJob().Run(parts).Images);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
        if (extension == "npy")
            Assert.Equal(File.ReadAllBytes(whole + ".tsv"), File.ReadAllBytes(parts + ".tsv"));
    }

    [Fact]
    public void What_a_receipt_says_stays_readable()
    {
        Run(Out, new ScoringOptions());
        var receipt = BatchReceipt.Read(Out)!;
        Assert.Equal((true, Count, Count), (receipt.Complete, receipt.Done, receipt.Pictures));
        Assert.Equal(new FileInfo(Out).Length, receipt.Files[0].Bytes);
        File.WriteAllText(BatchReceipt.PathFor(Out), "{ oops");
        Assert.Contains(".job.json", Assert.Throws<JobException>(() => BatchReceipt.Read(Out)).Message, StringComparison.Ordinal);
    }

    private ScoringResult Run(string output, ScoringOptions options) =>
        new ScoringJob(fixture.Model, options).Run(fixture.Pictures, output);

    private JsonElement[] JsonRows(string name, ScoringOptions options)
    {
        Run(PathOf(name), options);
        return [.. File.ReadLines(PathOf(name)).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static float Number(JsonElement row, string key) =>
        float.Parse(row.GetProperty(key).GetRawText(), CultureInfo.InvariantCulture);

    private string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Stops a job when it has done so many pictures.</summary>
    private sealed class StopAt(int pictures, CancellationTokenSource stop) : IJobProgress, IJobStage
    {
        private bool _isScoring;

        public IJobStage Begin(string name, long total, string unit, long from)
        {
            _isScoring = name == "scoring";
            if (_isScoring && pictures == 0)
                stop.Cancel();
            return this;
        }

        public void Note(string line)
        {
        }

        public void Report(long done, string detail)
        {
            if (_isScoring && done >= pictures)
                stop.Cancel();
        }

        public void Dispose()
        {
        }
    }
}

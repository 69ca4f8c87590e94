using System.Security.Cryptography;
using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Home => _folder["home"];

    private string Pictures => _folder["pictures"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_second_training_runs_no_network_and_gives_the_same_bits()
    {
        Draw(8);
        var first = Train("a.mlp").Good().Json;
        var second = Train("b.mlp", "--threads", "1", "--batch", "3").Good().Json;
        var without = Train("c.mlp", "--no-cache").Good().Json;
        var images = first.GetProperty("images").GetInt32();
        Assert.Equal([0, images, 0], ((JsonElement[])[first, second, without]).Select(r => r.GetProperty("cached").GetInt32()));
        Assert.Equal(HashOf("a.mlp"), HashOf("b.mlp"));
        Assert.Equal(HashOf("a.mlp"), HashOf("c.mlp"));
        Assert.Equal(first.GetProperty("logLoss").GetDouble(), second.GetProperty("logLoss").GetDouble());

        // Moved pictures are known by their content; a bad one is listed in every run.
        var known = Directory.GetFiles(Path.Combine(Pictures, SampleSet.Classes[0]))[0];
        File.Move(known, Path.Combine(Pictures, SampleSet.Classes[0], "moved.png"));
        File.WriteAllBytes(Path.Combine(Pictures, SampleSet.Classes[0], "broken.png"),
            [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0]);
        for (var run = 0; run < 2; run++)
        {
            var result = Train("d.mlp", "--bad-images", "skip", "--force").Good().Json;
            Assert.Equal(images, result.GetProperty("cached").GetInt32());
            Assert.EndsWith("broken.png", Assert.Single(result.GetProperty("skippedFiles").EnumerateArray()).GetProperty("path")
                .GetString(), StringComparison.Ordinal);
        }

        var stopped = Train("e.mlp");
        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains("broken.png: ", stopped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_trainings_at_once_share_the_cache_and_one_that_is_killed_leaves_it_good()
    {
        Draw(20);
        using (var killed = CommandRun.StartAt(Home, "train", Pictures, "--out", _folder["k.mlp"], "--quiet"))
        {
            var cache = Path.Combine(Home, "features");
            while (!killed.HasExited
                && !(Directory.Exists(cache)
                    && Directory.EnumerateFiles(cache, "*.features").Any(f => new FileInfo(f).Length > 4096)))
            {
                Thread.Sleep(1);
            }

            killed.Kill(entireProcessTree: true);
            killed.WaitForExit();
        }

        Assert.True(Verify().GetProperty("pictures").GetInt64() > 0);
        var other = Task.Run(() => Train("a.mlp"));
        var one = Train("b.mlp").Good();
        (await other).Good();
        Assert.Equal(HashOf("a.mlp"), HashOf("b.mlp"));
        Assert.True(one.Json.GetProperty("cached").GetInt32() > 0);
        Assert.Equal(one.Json.GetProperty("images").GetInt32(), Verify().GetProperty("pictures").GetInt32());
    }

    [Fact]
    public void A_cache_that_cannot_be_used_costs_a_note_and_nothing_else()
    {
        Draw(4);
        var run = CommandRun.At(Home, "train", Pictures, "--out", _folder["a.mlp"], "--json").Good();
        Directory.Delete(Path.Combine(Home, "features"), recursive: true);
        File.WriteAllText(Path.Combine(Home, "features"), "");
        var without = CommandRun.At(Home, "train", Pictures, "--out", _folder["b.mlp"], "--json").Good();
        Assert.Contains("cache", without.Error, StringComparison.Ordinal);
        Assert.Equal(0, without.Json.GetProperty("cached").GetInt32());
        Assert.Equal(run.Json.GetProperty("logLoss").GetDouble(), without.Json.GetProperty("logLoss").GetDouble());
    }

    [Fact]
    public void Cache_files_are_listed_checked_and_pruned()
    {
        Draw(4);
        Train("a.mlp").Good();
        var file = Assert.Single(Cache("info").Good().Json.GetProperty("files").EnumerateArray());
        Assert.Equal("bootstrap-resnet", file.GetProperty("backbone").GetString());
        var path = file.GetProperty("path").GetString()!;
        var bytes = File.ReadAllBytes(path);
        bytes[700] ^= 1;
        File.WriteAllBytes(path, bytes);
        var verified = Cache("verify");
        Assert.Equal(1, verified.ExitCode);
        Assert.Equal(1, verified.Json.GetProperty("damaged").GetInt32());
        var repaired = Train("b.mlp").Good().Json;
        Assert.Equal(repaired.GetProperty("images").GetInt32() - 1, repaired.GetProperty("cached").GetInt32());
        Assert.Equal(HashOf("a.mlp"), HashOf("b.mlp"));
        var row = Assert.Single(Assert.Single(verified.Json.GetProperty("files").EnumerateArray())
            .GetProperty("damagedRows").EnumerateArray());
        Assert.Equal(0, row.GetProperty("row").GetInt64());
        Assert.Equal(1, Cache("verify").ExitCode);
        var pruned = Cache("prune").Good().Json;
        Assert.Equal((0, 1), (pruned.GetProperty("files").GetArrayLength(), pruned.GetProperty("cleared").GetInt64()));
        Assert.Equal(repaired.GetProperty("images").GetInt32(), Cache("verify").Good().Json.GetProperty("pictures").GetInt32());
        Assert.Equal(1, Cache("prune", "--all").Good().Json.GetProperty("files").GetArrayLength());
        Assert.Equal(0, Cache("info").Good().Json.GetProperty("files").GetArrayLength());
    }

    private void Draw(int perClass) => SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = perClass, Size = 96 });

    private CommandRun Train(string model, params string[] more) =>
        CommandRun.At(Home, ["train", Pictures, "--out", _folder[model], "--json", "--quiet", .. more]);

    private CommandRun Cache(params string[] arguments) => CommandRun.At(Home, ["cache", .. arguments, "--json"]);

    private JsonElement Verify() => Cache("verify").Good().Json;

    private string HashOf(string model) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder[model])));
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.Pipeline.Tests.Serving;

public sealed class ModelHostTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_older_model_is_disposed_when_its_last_lease_ends()
    {
        using var host = Host(Write(1), NotWatching());
        var (first, second) = (host.Lease(), host.Lease());
        Write(2);
        var reload = await host.ReloadAsync();

        Assert.Equal(ReloadOutcome.Replaced, reload.Outcome);
        Assert.Null(reload.Error);
        Assert.Equal(reload.Version, host.Status.Version);
        Assert.NotEqual(first.Version, reload.Version);
        using (var newer = host.Lease())
            Assert.Equal(2, newer.Model.Use());
        var older = first.Model;
        Assert.Equal(1, older.Use());

        // Twice, and on a copy: one lease is counted once.
        var copy = first;
        first.Dispose();
        copy.Dispose();
        Assert.False(older.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => copy.Model);
        second.Dispose();
        Assert.True(older.IsDisposed);
    }

    [Fact]
    public async Task A_version_is_the_checksum_of_the_file_and_the_loader_gets_a_copy()
    {
        var path = Write(1);
        using var host = Host(path, NotWatching());
        using var lease = host.Lease();
        Assert.Equal(Hash(File.ReadAllBytes(path)), lease.Version);
        Assert.NotEqual(path, lease.Model.LoadedFrom);
        Assert.False(File.Exists(lease.Model.LoadedFrom));

        Assert.Equal(ReloadOutcome.Unchanged, (await host.ReloadAsync()).Outcome);
        Assert.Equal(0, host.Status.Reloads);
        Assert.Equal(ReloadOutcome.Replaced, (await host.ReloadAsync(force: true)).Outcome);
        using var again = host.Lease();
        Assert.NotSame(lease.Model, again.Model);
        Assert.Equal(lease.Version, again.Version);
    }

    [Fact]
    public async Task A_bad_file_leaves_the_older_model_in_place_and_says_why()
    {
        var path = Write(1);
        using var host = Host(path, NotWatching());
        List<ModelReload> told = [];
        host.Reloaded += (_, reload) => told.Add(reload);
        File.WriteAllText(path, "half");

        var refused = await host.ReloadAsync();
        Assert.Equal(ReloadOutcome.Refused, refused.Outcome);
        Assert.Equal($"{path}: half a model of 1 words", refused.Error);
        Assert.Equal(refused.Error, host.Status.LastError);
        Assert.Equal(host.Status.Version, refused.Version);
        using (var lease = host.Lease())
            Assert.Equal(1, lease.Model.Use());
        Assert.Equal(ReloadOutcome.Refused, (await host.ReloadAsync()).Outcome);

        File.Delete(path);
        Assert.Equal($"{path}: there is no such model file", (await host.ReloadAsync()).Error);
        Write(3);
        Assert.Equal(ReloadOutcome.Replaced, (await host.ReloadAsync()).Outcome);
        Assert.Null(host.Status.LastError);
        Assert.Equal(1, host.Status.Reloads);
        Assert.Equal([ReloadOutcome.Refused, ReloadOutcome.Refused, ReloadOutcome.Replaced], told.Select(t => t.Outcome));
    }

    [Fact]
    public async Task A_first_model_that_is_bad_is_an_error()
    {
        var path = _folder["model.zip"];
        var missing = Assert.Throws<ModelFileException>(() => Host(path, NotWatching()));
        Assert.Equal($"{path}: there is no such model file", missing.Message);
        await File.WriteAllTextAsync(path, "half");
        var bad = Assert.Throws<ModelFileException>(() => Host(path, NotWatching()));
        Assert.Equal($"{path}: half a model of 1 words", bad.Message);
        Write(1);
        var cold = Assert.Throws<ModelFileException>(() =>
            Host(path, new() { WarmUp = _ => throw new InvalidOperationException("too hot") }));
        Assert.Equal($"{path}: the model failed its warm-up: too hot", cold.Message);
    }

    [Fact]
    public async Task A_model_is_warmed_up_and_compared_before_it_serves()
    {
        List<string> calls = [];
        List<TextModel> loaded = [];
        var path = Write(5);
        using var host = Host(path, new()
        {
            WatchForChanges = false,
            WarmUp = m =>
            {
                loaded.Add(m);
                calls.Add($"warm {m.Number}");
            },
            Compare = (older, newer) =>
            {
                calls.Add($"compare {older.Use()} {newer.Number}");
                if (newer.Number < older.Number)
                    throw new InvalidDataException("it is worse on the kept samples");
            },
        });
        Write(4);
        var refused = await host.ReloadAsync();
        Assert.Equal(
            $"{path}: the model failed the comparison with the one that is served: it is worse on the kept samples",
            refused.Error);
        Assert.True(loaded.Single(m => m.Number == 4).IsDisposed);
        Write(6);
        Assert.Equal(ReloadOutcome.Replaced, (await host.ReloadAsync()).Outcome);
        Assert.Equal(["warm 5", "warm 4", "compare 5 4", "warm 6", "compare 5 6"], calls);
    }

    [Fact]
    public async Task What_is_still_being_written_is_not_taken()
    {
        var path = Write(1);
        using var host = new ModelHost<TextModel>("text", ModelSource.FromFile(path, settle: TimeSpan.FromMilliseconds(600)),
            TextModel.Load, new() { PollInterval = TimeSpan.FromMilliseconds(5) });
        var content = Bytes(2);
        await using (var writer = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            for (var at = 0; at < content.Length; at += content.Length / 20)
            {
                await writer.WriteAsync(content.AsMemory(at, Math.Min(content.Length / 20, content.Length - at)));
                await writer.FlushAsync();
                await Task.Delay(20);
                Assert.Null(host.Status.LastError);
            }
        }

        await Eventually(() => host.Status.Reloads == 1, host);
        using var lease = host.Lease();
        Assert.Equal(2, lease.Model.Use());
    }

    [Fact]
    public async Task A_file_of_the_same_length_and_time_is_noticed_when_asked()
    {
        var path = Write(1);
        using var host = Host(path, NotWatching());
        var time = File.GetLastWriteTimeUtc(path);
        Write(2);
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(ReloadOutcome.Replaced, (await host.ReloadAsync()).Outcome);
    }

    [Fact]
    public async Task A_source_of_ones_own_that_fails_in_its_own_way_does_not_end_the_looks()
    {
        var source = new FailingSource(Bytes(1), Bytes(2));
        using var host = new ModelHost<TextModel>("text", source, TextModel.Load);
        await Eventually(() => host.Status.Reloads == 1, host);
        Assert.True(source.Failures > 3);
        host.Reloaded += (_, _) => throw new NotSupportedException("a listener");
        source.Content = Bytes(3);
        await Eventually(() => host.Status.Reloads == 2, host);
        source.Content = Bytes(4);
        await Eventually(() => host.Status.Reloads == 3, host);
    }

    [Fact]
    public async Task A_disposed_host_lets_go_of_its_model_when_the_last_lease_ends()
    {
        var host = Host(Write(1), NotWatching());
        var lease = host.Lease();
        var model = lease.Model;
        host.Dispose();
        host.Dispose();
        Assert.False(model.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => host.Lease());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.ReloadAsync());
        lease.Dispose();
        Assert.True(model.IsDisposed);
        Assert.False(Directory.Exists(Path.GetDirectoryName(model.LoadedFrom)));
    }

    [Theory]
    [InlineData("rename")]
    [InlineData("overwrite")]
    [InlineData("switch")]
    public async Task Readers_never_fail_while_the_file_is_replaced(string how)
    {
        const int Replacements = 30;
        var path = how == "switch" ? _folder.Switch("model.zip", 1, Bytes(1)) : Write(1);
        var host = Host(path, new() { PollInterval = TimeSpan.FromMilliseconds(2) });
        ConcurrentDictionary<TextModel, bool> seen = new();
        var isEnding = false;
        long answers = 0;
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
        {
            while (!Volatile.Read(ref isEnding))
            {
                using var lease = host.Lease();
                seen.TryAdd(lease.Model, true);
                Assert.InRange(lease.Model.Use(), 1, Replacements + 1);
                Interlocked.Increment(ref answers);
            }
        }, TaskCreationOptions.LongRunning)).ToArray();
        for (var number = 2; number <= Replacements + 1; number++)
        {
            if (how == "rename")
                _folder.Rename(path, Bytes(number));
            else if (how == "overwrite")
                File.WriteAllBytes(path, Bytes(number));
            else
                _folder.Switch("model.zip", number, Bytes(number));

            // Each tenth is waited for; of the others some are overtaken.
            if (number % 10 == 0)
            {
                var hash = Hash(Bytes(number));
                await Eventually(() => host.Status.Version == hash, host);
            }
        }

        var last = Hash(Bytes(Replacements + 1));
        await Eventually(() => host.Status.Version == last, host);
        Volatile.Write(ref isEnding, true);
        await Task.WhenAll(readers);
        Assert.True(answers > Replacements);
        Assert.InRange(seen.Count, 2, Replacements + 1);
        host.Dispose();

        // A look for newer models that was under way holds the served one until it ends.
        await Eventually(() => seen.Keys.All(model => model.IsDisposed), host);
    }

    // Fails a few times, in a way that no file fails, before the first change.
    private sealed class FailingSource(byte[] first, byte[] second) : IModelSource
    {
        private int _calls;

        public int Failures { get; private set; }

        public byte[] Content { get; set; } = second;

        public string Location => "memory";

        public TimeSpan PollInterval => TimeSpan.FromMilliseconds(2);

        public async Task<string?> CopyAsync(string destination, string? stamp, CancellationToken cancellation)
        {
            if (_calls++ is > 0 and < 6)
            {
                Failures++;
                throw new InvalidCastException("not today");
            }

            await File.WriteAllBytesAsync(destination, _calls == 1 ? first : Content, cancellation);
            return "";
        }
    }

    private static ModelHostOptions<TextModel> NotWatching() => new() { WatchForChanges = false };

    private static ModelHost<TextModel> Host(string path, ModelHostOptions<TextModel> options) => new("text",
        ModelSource.FromFile(path, settle: TimeSpan.FromMilliseconds(20)), TextModel.Load, options);

    private static byte[] Bytes(int number) => Encoding.ASCII.GetBytes(TextModel.Content(number));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task Eventually(Func<bool> isSo, ModelHost<TextModel> host)
    {
        for (var i = 0; i < 3000 && !isSo(); i++)
            await Task.Delay(5);
        Assert.True(isSo(), $"{host.Status}");
    }

    private string Write(int number)
    {
        File.WriteAllBytes(_folder["model.zip"], Bytes(number));
        return _folder["model.zip"];
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MlPipeline.Data.FeatureCache;

namespace MlPipeline.Data.Tests;

public sealed class FeatureCacheTests : IDisposable
{
    private const int Count = 5;
    private const int HeaderLength = 512;
    private const int RecordLength = 32 + 4 * Count + 4;

    private static readonly FeatureCacheKey s_key =
        new() { Preprocessing = "recipe", Graph = "graph pooled", FeatureCount = Count, Backbone = "net" };

    private readonly TemporaryFolder _folder = new();

    private string FilePath
    {
        get
        {
            using var cache = Open();
            return cache.FilePath;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gives_back_the_same_bits_also_after_reopening()
    {
        float[] odd = [float.NaN, BitConverter.Int32BitsToSingle(0x7FC12345), float.NegativeInfinity, -0f, float.Epsilon];
        using (var cache = Open())
        {
            Assert.True(cache.Add(Hash(0), odd));
            Assert.True(cache.Add(Hash(1), Features(1)));
            Assert.False(cache.Add(Hash(1), Features(1)));
            AssertHolds(cache, 0, odd);
            Assert.Equal(2, cache.Count);
        }

        using var again = Open();
        AssertHolds(again, 0, odd);
        AssertHolds(again, 1, Features(1));
        Assert.False(again.TryGet(Hash(2), new float[Count]));
        Assert.False(again.Contains(Hash(0).View("flip")));
        Assert.Equal(HeaderLength + 2 * RecordLength, new FileInfo(again.FilePath).Length);
    }

    [Fact]
    public void Whatever_was_written_of_the_last_row_when_the_process_died_the_others_stay()
    {
        Fill(3);
        var path = FilePath;
        var whole = File.ReadAllBytes(path);
        for (var length = whole.Length - RecordLength; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            using (var cache = Open())
            {
                AssertHolds(cache, 0, Features(0));
                AssertHolds(cache, 1, Features(1));
                Assert.False(cache.Contains(Hash(2)));
                Assert.True(cache.Add(Hash(2), Features(2)));
                AssertHolds(cache, 2, Features(2));
            }

            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void A_file_cut_within_its_header_is_set_aside()
    {
        Fill(1);
        var path = FilePath;
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < HeaderLength; length += 73)
        {
            File.WriteAllBytes(path, whole[..length]);
            using var cache = Open();
            Assert.Contains("set aside", cache.SetAside, StringComparison.Ordinal);
            Assert.True(cache.Add(Hash(0), Features(0)));
            AssertHolds(cache, 0, Features(0));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found_and_spoils_one_row_only()
    {
        Fill(3);
        var path = FilePath;
        var whole = File.ReadAllBytes(path);
        for (var at = HeaderLength + RecordLength; at < HeaderLength + 2 * RecordLength; at++)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, bytes);
            using var cache = Open();
            AssertHolds(cache, 0, Features(0));
            AssertHolds(cache, 2, Features(2));
            Assert.False(cache.TryGet(Hash(1), new float[Count]));
            var entry = Assert.Single(FeatureCacheFolder.Verify(_folder.Root));
            Assert.Equal((2, 1, 0), (entry.Pictures, entry.Damaged, entry.TornBytes));
            Assert.True(cache.Add(Hash(1), Features(1)));
            AssertHolds(cache, 1, Features(1));
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_header_sets_the_file_aside()
    {
        Fill(1);
        var path = FilePath;
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < HeaderLength; at += 11)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x20;
            File.WriteAllBytes(path, bytes);
            using var cache = Open();
            Assert.NotNull(cache.SetAside);
            Assert.Equal(0, cache.Count);
        }
    }

    [Fact]
    public void Zeros_at_the_end_are_no_rows_and_are_written_over()
    {
        Fill(2);
        var path = FilePath;
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. whole, .. new byte[2 * RecordLength + 9]]);
        using var cache = Open();
        Assert.False(cache.Contains(new ContentHash(new byte[32])));
        cache.Add(Hash(2), Features(2));
        Assert.Equal(whole, File.ReadAllBytes(path)[..whole.Length]);
        using var again = Open();
        AssertHolds(again, 2, Features(2));
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(16, 7)]
    public void A_file_of_another_version_or_count_is_set_aside_and_kept(int at, int value)
    {
        Fill(1);
        var path = FilePath;
        var bytes = File.ReadAllBytes(path);
        bytes[at] = (byte)value;
        File.WriteAllBytes(path, bytes);
        using var cache = Open();
        Assert.Contains(path, cache.SetAside, StringComparison.Ordinal);
        Assert.Contains(FeatureCacheFolder.List(_folder.Root), e => e.Path.EndsWith(".aside", StringComparison.Ordinal)
            && e.Problem != null);
        cache.Add(Hash(3), Features(3));
        AssertHolds(cache, 3, Features(3));
    }

    [Fact]
    public void A_good_file_with_another_count_of_features_is_set_aside()
    {
        Fill(1);
        var path = FilePath;
        using (var other = FeatureStore.Open(_folder.Root, s_key with { Graph = "other", FeatureCount = Count + 1 }))
        {
            other.Add(Hash(0), new float[Count + 1]);
            File.Copy(other.FilePath, path, overwrite: true);
        }

        using var cache = Open();
        Assert.Contains($"{Count + 1} features", cache.SetAside, StringComparison.Ordinal);
        Assert.False(cache.Contains(Hash(0)));
    }

    [Fact]
    public void Each_preprocessing_and_graph_has_its_own_features()
    {
        Fill(1);
        foreach (var key in (FeatureCacheKey[])[s_key with { Preprocessing = "other" }, s_key with { Graph = "other" }])
        {
            using var cache = FeatureStore.Open(_folder.Root, key);
            Assert.False(cache.Contains(Hash(0)));
        }

        using var renamed = FeatureStore.Open(_folder.Root, s_key with { Backbone = "the same under another name" });
        AssertHolds(renamed, 0, Features(0));
    }

    [Fact]
    public async Task Two_writers_and_a_reader_at_once_lose_nothing_and_double_nothing()
    {
        const int pictures = 300;
        using var reader = Open();
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var seen = 0;
            while (!stop.IsCancellationRequested)
            {
                reader.Refresh();
                Assert.True(reader.Count >= seen);
                seen = reader.Count;
                for (var i = 0; i < pictures; i++)
                {
                    if (reader.Contains(Hash(i)))
                        AssertHolds(reader, i, Features(i));
                }
            }
        });
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, writer =>
        {
            using var cache = Open();
            for (var i = 0; i < pictures; i++)
            {
                // Two of the writers go forwards and two backwards, so that all meet.
                var picture = writer % 2 == 0 ? i : pictures - 1 - i;
                cache.Add(Hash(picture), Features(picture));
                AssertHolds(cache, picture, Features(picture));
            }
        });
        await stop.CancelAsync();
        await reading;
        Assert.Equal(HeaderLength + pictures * RecordLength, new FileInfo(reader.FilePath).Length);
        reader.Refresh();
        for (var i = 0; i < pictures; i++)
            AssertHolds(reader, i, Features(i));
    }

    [Fact]
    public void A_file_that_is_pruned_and_made_again_while_it_is_open_is_read_anew()
    {
        Fill(3);
        using var cache = Open();
        Assert.Single(FeatureCacheFolder.Prune(_folder.Root, DateTime.MaxValue));
        AssertHolds(cache, 0, Features(0));
        using (var other = Open())
        {
            other.Add(Hash(7), Features(7));
        }

        cache.Refresh();
        Assert.Equal(1, cache.Count);
        AssertHolds(cache, 7, Features(7));
        FeatureCacheFolder.Prune(_folder.Root, DateTime.MaxValue);
        Assert.True(cache.Add(Hash(8), Features(8)));
        AssertHolds(cache, 8, Features(8));
        Assert.False(cache.Contains(Hash(7)));
    }

    [Fact]
    public void Prune_deletes_what_was_not_used_for_long()
    {
        Fill(1);
        Fill(1, s_key with { Graph = "old" });
        using (var old = FeatureStore.Open(_folder.Root, s_key with { Graph = "old" }))
        {
            File.SetLastWriteTimeUtc(old.FilePath, DateTime.UtcNow.AddDays(-40));
        }

        var deleted = Assert.Single(FeatureCacheFolder.Prune(_folder.Root, DateTime.UtcNow.AddDays(-30)));
        Assert.Equal("old", deleted.Graph);
        Assert.Equal("graph pooled", Assert.Single(FeatureCacheFolder.List(_folder.Root)).Graph);
    }

    [Fact]
    public void A_damaged_row_is_named_and_cleared_out_while_others_go_on()
    {
        Fill(4);
        var path = FilePath;
        var bytes = File.ReadAllBytes(path);
        bytes[HeaderLength + 2 * RecordLength + 40] ^= 8;
        File.WriteAllBytes(path, bytes);
        var found = Assert.Single(FeatureCacheFolder.Verify(_folder.Root));
        Assert.Equal((1L, 3L), (found.Damaged, found.Pictures));
        Assert.Equal(new DamagedFeatures(2, Hash(2).ToString(), IsReplaced: false), Assert.Single(found.DamagedRows));

        using var open = Open();
        Assert.True(open.Add(Hash(2), Features(2)));
        Assert.True(Assert.Single(Assert.Single(FeatureCacheFolder.Verify(_folder.Root)).DamagedRows).IsReplaced);
        Assert.Equal(1, Assert.Single(FeatureCacheFolder.ClearDamaged(_folder.Root)).Damaged);
        Assert.Empty(FeatureCacheFolder.ClearDamaged(_folder.Root));
        Assert.Equal((0L, 4L),
            (Assert.Single(FeatureCacheFolder.Verify(_folder.Root)).Damaged,
                Assert.Single(FeatureCacheFolder.Verify(_folder.Root)).Pictures));
        AssertHolds(open, 3, Features(3));
        Assert.True(open.Add(Hash(9), Features(9)));
        using var again = Open();
        foreach (var picture in (int[])[0, 1, 2, 3, 9])
        {
            AssertHolds(again, picture, Features(picture));
            AssertHolds(open, picture, Features(picture));
        }
    }

    [Fact]
    public void Opening_counts_as_use()
    {
        Fill(1);
        File.SetLastWriteTimeUtc(FilePath, DateTime.UtcNow.AddDays(-40));
        using (Open())
        {
            Assert.Empty(FeatureCacheFolder.Prune(_folder.Root, DateTime.UtcNow.AddDays(-30)));
        }
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_a_clear_error()
    {
        var file = _folder.Write("file");
        var error = Assert.Throws<FeatureCacheException>(() => FeatureStore.Open(Path.Combine(file, "features"), s_key));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_are_cut_in_the_header_but_not_in_the_key()
    {
        var text = string.Concat(Enumerable.Repeat("ä", 200));
        Fill(1, s_key with { Graph = text });
        var entry = Assert.Single(FeatureCacheFolder.List(_folder.Root));
        Assert.Equal(new string('ä', 63), entry.Graph);
        using var other = FeatureStore.Open(_folder.Root, s_key with { Graph = text + "ä" });
        Assert.Equal(0, other.Count);
    }

    private static ContentHash Hash(int picture) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"picture {picture}")));

    private static float[] Features(int picture) => [.. Enumerable.Range(0, Count).Select(i => MathF.Sqrt(picture + i) - 3)];

    private static void AssertHolds(FeatureStore cache, int picture, float[] expected)
    {
        var found = new float[Count];
        Assert.True(cache.TryGet(Hash(picture), found));
        Assert.True(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(found)));
    }

    private FeatureStore Open() => FeatureStore.Open(_folder.Root, s_key);

    private void Fill(int pictures, FeatureCacheKey? key = null)
    {
        using var cache = FeatureStore.Open(_folder.Root, key ?? s_key);
        for (var i = 0; i < pictures; i++)
            cache.Add(Hash(i), Features(i));
    }
}

using System.Collections.Concurrent;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Tests;

public sealed class CachedFeatureExtractorTests : IDisposable
{
    private readonly TestImages _images = new(5);
    private readonly TestImages _cache = new();
    private readonly ConcurrentBag<string> _decoded = [];

    private ImageDataSet Set => new(_images.Root, [.. _images.Paths.Select(p => new ImageRecord(p, "a"))]);

    [Theory, InlineData(true), InlineData(false)]
    public void Each_picture_is_decoded_once_and_hashed_from_the_bytes_that_are_decoded(bool useCache)
    {
        using var extractor = Open(useCache);
        Assert.Equal(5, extractor.ExtractViews(Set, Augmentations.Flips).Count());
        Assert.Equal(_images.Paths, _decoded.Order(StringComparer.Ordinal));
        Assert.Equal(DuplicateFinder.HashContents(Set), extractor.ContentHashes);

        using var again = Open(useCache);
        Assert.Equal(5, again.ExtractViews(Set, Augmentations.Flips).Count());
        Assert.Equal(useCache ? 5 : 10, _decoded.Count);
        Assert.Equal(extractor.ContentHashes, again.ContentHashes);
    }

    [Fact]
    public void Pictures_that_are_skipped_or_missing_have_the_hash_that_their_file_has()
    {
        var set = new ImageDataSet(_images.Root,
            [new ImageRecord(_images.WriteBroken("broken.png"), "a"), .. Set.Records,
                new ImageRecord(_images.PathOf("absent.png"), "a")]);
        using var extractor = Open(useCache: true);
        Assert.Equal([1, 2, 3, 4, 5], extractor.Extract(set).Select(r => r.Index));
        Assert.Equal(DuplicateFinder.HashContents(set), extractor.ContentHashes);
        Assert.Null(extractor.ContentHashes[^1]);
    }

    [Fact]
    public void A_picture_that_was_replaced_after_it_was_hashed_is_kept_under_what_it_is()
    {
        var stale = DuplicateFinder.HashContents(Set);
        _images.Write(Path.GetFileName(_images.Paths[2]), TestImages.Noise(50, 44, 77));
        float[][] fresh;
        using (var without = Open(useCache: false))
            fresh = [.. without.Extract(Set).Select(r => r.Features)];

        using (var extractor = Open(useCache: true))
        {
            Assert.Equal(fresh, extractor.Extract(Set, stale).Select(r => r.Features));
            Assert.Equal(DuplicateFinder.HashContents(Set), extractor.ContentHashes);
        }

        // The flips of the replaced picture are not joined with what the stale hash stands for.
        using var views = Open(useCache: true);
        var rows = views.ExtractViews(Set, Augmentations.Flips, stale).Select(r => r.Features).ToArray();
        Assert.Equal(fresh, rows.Select(r => r[..(r.Length / 2)]));
        using var known = Open(useCache: true);
        Assert.Equal(fresh, known.Extract(Set).Select(r => r.Features));
        Assert.Equal(5, known.Cached);
    }

    public void Dispose()
    {
        _images.Dispose();
        _cache.Dispose();
    }

    private CachedFeatureExtractor Open(bool useCache)
    {
        var decode = DecodeOptions.Default with { Inspect = (_, path) => _decoded.Add(path!) };
        return new CachedFeatureExtractor(TestNetworks.MeanPooled,
            new BackboneRunOptions { Decode = decode, BadImages = BadImagePolicy.Skip },
            _cache.Root, useCache);
    }
}

using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;

namespace MlPipeline.Data.Tests;

public sealed class DuplicateFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Equal_contents_are_found_also_across_a_split()
    {
        _folder.Write("data/a/1.jpg", "same");
        _folder.Write("data/a/2.jpg", "other");
        _folder.Write("data/b/3.jpg", "same");
        _folder.Write("data/b/4.jpg", "third");
        var set = ImageFolder.Read(_folder.PathOf("data"));
        var hashes = DuplicateFinder.HashContents(set);

        Assert.Equal([0, 2], Assert.Single(DuplicateFinder.Find(hashes)));
        Assert.Equal([0, 1, 0, 3], DuplicateFinder.Groups(hashes));
        Assert.Single(DuplicateFinder.AcrossSplit(hashes, new DataSplit([0, 1], [2, 3])));
        Assert.Empty(DuplicateFinder.AcrossSplit(hashes, new DataSplit([0, 2], [1, 3])));
    }

    [Fact]
    public void Kept_together_nothing_crosses()
    {
        for (var i = 0; i < 30; i++)
            _folder.Write($"data/{(i % 2 == 0 ? "a" : "b")}/{i}.jpg", $"content {i / 4}, {i % 2}");

        var set = ImageFolder.Read(_folder.PathOf("data"));
        var hashes = DuplicateFinder.HashContents(set);
        var labels = set.Records.Select(r => r.Label).ToArray();
        Assert.NotEmpty(DuplicateFinder.Find(hashes));

        for (var seed = 0; seed < 5; seed++)
        {
            var split = StratifiedSplit.TrainTest(labels, 0.3, seed, DuplicateFinder.Groups(hashes));
            Assert.Empty(DuplicateFinder.AcrossSplit(hashes, split));
        }
    }

    [Fact]
    public void A_missing_file_has_no_hash_and_is_nobodys_duplicate()
    {
        ImageRecord[] records =
            [new ImageRecord(_folder.PathOf("x.jpg"), "a"), new ImageRecord(_folder.PathOf("y.jpg"), "a")];
        var set = new ImageDataSet(_folder.Root, records);

        var hashes = DuplicateFinder.HashContents(set);

        Assert.Equal([null, null], hashes);
        Assert.Empty(DuplicateFinder.Find(hashes));
    }

    [Fact]
    public void The_fingerprint_follows_contents_and_labels_only()
    {
        _folder.Write("one/a/1.jpg", "p");
        _folder.Write("one/b/2.jpg", "q");
        _folder.Write("two/a/z.jpg", "p");
        _folder.Write("two/b/y.jpg", "q");
        _folder.Write("three/a/1.jpg", "q");
        _folder.Write("three/b/2.jpg", "p");

        string Of(string folder) => ImageFolder.Read(_folder.PathOf(folder)).Fingerprint();

        Assert.Equal(Of("one"), Of("two"));
        Assert.NotEqual(Of("one"), Of("three"));
        Assert.Equal(64, Of("one").Length);
    }

    public void Dispose() => _folder.Dispose();
}

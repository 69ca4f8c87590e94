using MlPipeline.Data.FeatureCache;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;

namespace MlPipeline.Data.Tests;

public class ContentHashTests
{
    [Fact]
    public void Goes_to_text_and_back()
    {
        var bytes = Enumerable.Range(100, 32).Select(i => (byte)i).ToArray();
        var hash = new ContentHash(bytes);
        Assert.Equal(Convert.ToHexStringLower(bytes), hash.ToString());
        Assert.Equal(hash, ContentHash.Parse(hash.ToString()));
        Assert.Throws<FormatException>(() => ContentHash.Parse("abcd"));
    }

    [Fact]
    public void Any_other_byte_and_any_view_is_another_hash()
    {
        var bytes = new byte[32];
        var hash = new ContentHash(bytes);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = 1;
            Assert.NotEqual(hash, new ContentHash(bytes));
            bytes[i] = 0;
        }

        Assert.NotEqual(hash, hash.View("flip"));
        Assert.NotEqual(hash.View("crop"), hash.View("flip"));
        Assert.Equal(hash.View("flip"), hash.View("flip"));
    }

    [Fact]
    public void Is_the_one_that_the_duplicate_finder_gives()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jpg", "content");
        var found = DuplicateFinder.HashContents(new ImageDataSet(folder.Root, [new ImageRecord(path, "a")]));
        Assert.Equal(ContentHash.Parse(found[0]!), ContentHash.OfFile(path));
        Assert.Null(ContentHash.OfFile(folder.PathOf("absent")));
    }
}

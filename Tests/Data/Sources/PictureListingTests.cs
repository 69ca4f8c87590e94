using System.Text;
using MlPipeline.Data.Sources;

namespace MlPipeline.Data.Tests.Sources;

public sealed class PictureListingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-listing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_listed_as_it_always_was_and_what_must_not_be_opened_has_a_reason()
    {
        foreach (var file in (string[])["b/2.jpg", "b/10.jpg", "b.jpg", "a/c/x.png", "a/z.png", "Z.png"])
            Write($"in/{file}", "");
        foreach (var file in (string[])["a/.hidden.png", "a/notes.txt", "README", "b/.git/x.png"])
            Write($"in/{file}", "");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "in", "a", "loop"), Path.Combine(_folder, "in"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "in", "out"), Path.GetTempPath());
        File.CreateSymbolicLink(Path.Combine(_folder, "in", "gone.png"), Path.Combine(_folder, "nowhere.png"));

        var root = Path.Combine(_folder, "in");
        var listing = new PictureListing(root + "/");
        ListedPicture[] pictures = [.. listing.Read()];
        Assert.Equal(ImageFolder.ListImages(root), pictures.Where(p => p.Error is null).Select(p => p.Path));
        Assert.Equal(["gone.png", "out"], pictures.Where(p => p.Error is not null).Select(p => Path.GetFileName(p.Path)));
        Assert.All(pictures, p => Assert.Equal(p.Path, p.Name));
        Assert.Equal(5, listing.Ignored.Values.Sum());
        Assert.Equal(2, listing.Ignored["not a picture"]);
        Assert.Equal(pictures, listing.Read());
        Assert.Equal(5, listing.Ignored.Values.Sum());
        Assert.False(listing.HasLabels);
    }

    [Theory, InlineData("path,label", ','), InlineData("sep=|\nlabel|file", '|'), InlineData("Image Path\tclass", '\t')]
    public void A_manifest_is_streamed_as_it_is_read(string header, char separator)
    {
        var path = Path.Combine(_folder, "list.csv");
        var reversed = header.Contains("label|", StringComparison.Ordinal);
        var rows = Enumerable.Range(0, 20_000).Select(i => reversed
            ? $"c{i % 7}{separator}{i}.png"
            : $"{i}.png{separator}c{i % 7}");
        foreach (var encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode])
        {
            File.WriteAllText(path, $"{header}\n{string.Join('\n', rows)}\n", encoding);
            var listing = new PictureListing(path);
            Assert.True(listing.HasLabels);
            Assert.Equal(Manifest.Read(path).Records.Select(r => (r.Path, r.Label)),
                listing.Read().Select(p => (p.Path, p.Label!)));
            Assert.Equal("0.png", listing.Read().First().Name);
        }
    }

    [Fact]
    public void Paths_alone_are_enough_and_a_class_may_be_empty()
    {
        Assert.Equal((false, null), (Listing("file\na.png\n").HasLabels, Listing("file\na.png\n").Read().Single().Label));
        Assert.Equal(["x", ""], Listing("file,class\na.png,x\nb.png,\n").Read().Select(p => p.Label));
        Assert.Equal("a,.png", Listing("file,note\n\"a,.png\",\"of\ntwo lines\"\n").Read().Single().Name);
    }

    [Theory,
     InlineData("file,class\na.png,x\nb.png\n", "line 3"),
     InlineData("file,class\na.png,x\n,y\n", "line 3"),
     InlineData("file,class\na.png,x\n\"b.png,y\n", "line 3"),
     InlineData("file,class\na.png,x\nb\0.png,y\n", "line 3"),
     InlineData("file,class\nhttp://a/b.png,y\n", "line 2"),
     InlineData("name,class\na.png,x\n", "the header is"),
     InlineData("", "empty")]
    public void What_is_wrong_is_named_with_its_line(string text, string part) =>
        Assert.Contains(part, Assert.Throws<DataSourceException>(() => Listing(text).Read().Count()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var path = Path.Combine(_folder, "list.csv");
        File.WriteAllBytes(path, [.. "file\na.png\nb"u8, 0xE4, .. ".png\n"u8]);
        Assert.Contains("UTF-8", Assert.Throws<DataSourceException>(() => new PictureListing(path).Read().Count()).Message,
            StringComparison.Ordinal);
    }

    private PictureListing Listing(string text)
    {
        Write("list.csv", text);
        return new PictureListing(Path.Combine(_folder, "list.csv"));
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

using MlPipeline.Data.Sources;

namespace MlPipeline.Data.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sub_folders_are_classes_and_deeper_pictures_belong_to_the_top_one()
    {
        _folder.Write("data/dog/b.jpg");
        _folder.Write("data/dog/a.PNG");
        _folder.Write("data/dog/puppies/small/c.JpEg");
        _folder.Write("data/cat/z.bmp");
        _folder.Write("data/cat/notes.txt");

        var set = ImageFolder.Read(_folder.PathOf("data"));

        Assert.Equal(["cat", "dog"], set.ClassNames);
        Assert.Equal([1, 3], set.ClassCounts());
        Assert.Equal(
            ["cat/z.bmp", "dog/a.PNG", "dog/b.jpg", "dog/puppies/small/c.JpEg"],
            set.Records.Select(r => Path.GetRelativePath(set.Root, r.Path).Replace('\\', '/')));
        Assert.All(set.Records, r => Assert.True(Path.IsPathRooted(r.Path)));
    }

    [Fact]
    public void Names_may_be_of_any_script_and_order_is_ordinal()
    {
        foreach (var name in new[] { "ä", "Zebra", "猫", "apple", "ёж" })
            _folder.Write($"data/{name}/{name} 1.jpg");

        var set = ImageFolder.Read(_folder.PathOf("data"));

        Assert.Equal(["Zebra", "apple", "ä", "ёж", "猫"], set.ClassNames);
        Assert.Equal(set.ClassNames, set.Records.Select(r => r.Label));
        Assert.All(set.Records, r => Assert.True(File.Exists(r.Path)));
    }

    [Fact]
    public void Hidden_files_and_folders_are_left_out()
    {
        _folder.Write("data/a/1.jpg");
        _folder.Write("data/a/.hidden.jpg");
        _folder.Write("data/a/.thumbnails/2.jpg");
        _folder.Write("data/.git/3.jpg");

        Assert.Equal(["1.jpg"], ImageFolder.Read(_folder.PathOf("data")).Records.Select(r => Path.GetFileName(r.Path)));
    }

    [Fact]
    public void Pictures_of_formats_that_are_not_read_are_listed()
    {
        _folder.Write("data/a/1.jpg");
        var webp = _folder.Write("data/a/2.webp");

        var set = ImageFolder.Read(_folder.PathOf("data"));

        var ignored = Assert.Single(set.Ignored);
        Assert.Equal(webp, ignored.Path);
        Assert.Contains(".webp", ignored.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_out_of_the_root_are_not_followed()
    {
        _folder.Write("outside/secret.jpg");
        _folder.Write("data/a/1.jpg");
        Directory.CreateSymbolicLink(_folder.PathOf("data", "b"), _folder.PathOf("outside"));
        Directory.CreateSymbolicLink(_folder.PathOf("data", "a", "deep"), _folder.PathOf("outside"));
        File.CreateSymbolicLink(_folder.PathOf("data", "a", "file.jpg"), _folder.PathOf("outside", "secret.jpg"));
        File.CreateSymbolicLink(_folder.PathOf("data", "a", "relative.jpg"), Path.Combine("..", "..", "outside", "secret.jpg"));
        File.CreateSymbolicLink(_folder.PathOf("data", "a", "dangling.jpg"), _folder.PathOf("data", "a", "none.jpg"));

        Assert.Equal(["1.jpg"], ImageFolder.Read(_folder.PathOf("data")).Records.Select(r => Path.GetFileName(r.Path)));
    }

    [Fact]
    public void A_link_that_leaves_through_another_link_is_not_followed()
    {
        _folder.Write("outside/secret.jpg");
        _folder.Write("data/a/1.jpg");
        Directory.CreateSymbolicLink(_folder.PathOf("data", ".door"), _folder.PathOf("outside"));
        File.CreateSymbolicLink(_folder.PathOf("data", "a", "2.jpg"), _folder.PathOf("data", ".door", "secret.jpg"));

        Assert.Equal(["1.jpg"], ImageFolder.Read(_folder.PathOf("data")).Records.Select(r => Path.GetFileName(r.Path)));
    }

    [Fact]
    public void Links_inside_the_root_are_followed_once()
    {
        _folder.Write("data/a/1.jpg");
        Directory.CreateSymbolicLink(_folder.PathOf("data", "b"), _folder.PathOf("data", "a"));
        Directory.CreateSymbolicLink(_folder.PathOf("data", "a", "circle"), _folder.PathOf("data", "a"));

        var set = ImageFolder.Read(_folder.PathOf("data"));

        Assert.Equal([("a", "1.jpg"), ("b", "1.jpg")], set.Records.Select(r => (r.Label, Path.GetFileName(r.Path))));
    }

    [Fact]
    public void A_root_that_is_itself_a_link_is_read()
    {
        _folder.Write("data/a/1.jpg");
        Directory.CreateSymbolicLink(_folder.PathOf("link"), _folder.PathOf("data"));

        Assert.Single(ImageFolder.Read(_folder.PathOf("link")).Records);
    }

    [Fact]
    public void A_folder_without_classes_is_refused_with_what_would_be_right()
    {
        _folder.Write("data/1.jpg");
        _folder.Write("data/2.jpg");

        var error = Assert.Throws<DataSourceException>(() => ImageFolder.Read(_folder.PathOf("data")));

        Assert.Contains("2 pictures lie in no class folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("one sub-folder per class", error.Message, StringComparison.Ordinal);
        Assert.Throws<DataSourceException>(() => ImageFolder.Read(_folder.PathOf("nowhere")));
    }

    [Fact]
    public void The_data_view_has_path_and_label()
    {
        _folder.Write("data/a/1.jpg");
        _folder.Write("data/b/2.jpg");
        var set = ImageFolder.Read(_folder.PathOf("data"));
        var context = new MLContext();

        var rows = context.Data.CreateEnumerable<ImageRow>(set.ToDataView(context), reuseRowObject: false).ToList();

        Assert.Equal(set.Records.Select(r => (r.Path, r.Label)), rows.Select(r => (r.ImagePath, r.Label)));
    }

    public void Dispose() => _folder.Dispose();
}

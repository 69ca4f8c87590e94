using System.Diagnostics;
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
    public void Everything_that_is_not_used_is_named_with_its_reason()
    {
        _folder.Write("data/a/1.jpg");
        string[] seen = [_folder.Write("data/.git/config"), _folder.Write("data/a/.DS_Store"), _folder.Write("data/a/notes.txt"),
            _folder.Write("data/readme.md"), _folder.Write("data/sheet.png")];
        Directory.CreateDirectory(_folder.PathOf("data", "empty"));
        Directory.CreateSymbolicLink(_folder.PathOf("data", "a", "round"), _folder.PathOf("data"));

        var ignored = ImageFolder.Read(_folder.PathOf("data")).Ignored.ToDictionary(i => i.Path, i => i.Reason);

        Assert.Equal("hidden", ignored[_folder.PathOf("data", ".git")]);
        Assert.Equal("hidden", ignored[seen[1]]);
        Assert.Equal("not a picture", ignored[seen[2]]);
        Assert.Equal("not a picture", ignored[seen[3]]);
        Assert.Equal("it lies in no class folder", ignored[seen[4]]);
        Assert.Equal("a class folder without pictures", ignored[_folder.PathOf("data", "empty")]);
        Assert.Equal("a link to a folder that it lies in", ignored[_folder.PathOf("data", "a", "round")]);
        Assert.Equal(7, ignored.Count);
    }

    [Theory]
    [InlineData("data/b/1.tif", "II*\0", "a TIFF picture")]
    [InlineData("data/b/1.jpg", "", "the file is empty")]
    [InlineData("data/b/1.png", "<html>not found</html>", "an HTML page")]
    [InlineData("data/b/1.xyz", "rubbish", "not a picture in a known format")]
    [InlineData("data/b/notes.txt", "a class folder of notes", "a class folder without pictures")]
    [InlineData("data/b/.1.jpg", "hidden", "a class folder without pictures")]
    [InlineData("data/b", "../outside", "a link to ../outside that was copied as text")]
    public void What_makes_a_class_vanish_stops_the_work_unless_it_is_to_be_skipped(string file, string content, string reason)
    {
        _folder.WritePicture("data/a/1.jpg");
        _folder.WritePicture("outside/1.jpg");
        _folder.Write(file, content);

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        Assert.Contains(reason, Assert.Single(error.Unusable).Reason, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.PathOf("data", "b"), error.Message, StringComparison.Ordinal);
        Assert.Contains("a", DataSource.Open(_folder.PathOf("data"),
            new DataSourceOptions { BadImages = BadImagePolicy.Skip }).ClassNames);
    }

    [Fact]
    public void All_that_cannot_be_used_is_named_at_once_and_counted_from_the_twenty_first()
    {
        _folder.WritePicture("data/a/1.jpg");
        foreach (var i in Enumerable.Range(10, 30))
            _folder.Write($"data/a/{i}.jpg", "");

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        Assert.Equal(30, error.Unusable.Count);
        Assert.Contains("29.jpg: the file is empty; and 10 more.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_about_many_empty_classes_names_twenty_of_them_too()
    {
        foreach (var i in Enumerable.Range(10, 30))
            Directory.CreateDirectory(_folder.PathOf("data", $"{i}"));

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        Assert.Contains("it holds no pictures", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.PathOf("data", "29")}: a class folder without pictures; and 10 more.", error.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.PathOf("data", "30"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_told_by_content_whatever_their_names()
    {
        foreach (var name in new[] { "1.webp", "2.JPG", "3", "4.image", "5.ico" })
            _folder.WritePicture($"data/a/{name}");

        Assert.Equal(["1.webp", "2.JPG", "3", "4.image", "5.ico"],
            DataSource.Open(_folder.PathOf("data")).Records.Select(r => Path.GetFileName(r.Path)));
    }

    [Fact]
    public void Links_out_of_the_root_stop_the_work_or_are_followed_when_asked_for()
    {
        _folder.WritePicture("data/a/1.jpg");
        _folder.WritePicture("outside/2.jpg");
        Directory.CreateSymbolicLink(_folder.PathOf("data", "b"), _folder.PathOf("outside"));
        File.CreateSymbolicLink(_folder.PathOf("data", "a", "3.jpg"), _folder.PathOf("outside", "2.jpg"));

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        Assert.Equal([_folder.PathOf("data", "b"), _folder.PathOf("data", "a", "3.jpg")], error.Unusable.Select(u => u.Path));
        Assert.All(error.Unusable, u => Assert.Contains("a link out of the data set", u.Reason, StringComparison.Ordinal));
        var followed = DataSource.Open(_folder.PathOf("data"), new DataSourceOptions { FollowLinks = true });
        Assert.Equal(["a 1.jpg", "a 3.jpg", "b 2.jpg"], followed.Records.Select(r => $"{r.Label} {Path.GetFileName(r.Path)}"));
    }

    [Theory]
    [InlineData("train", "test", null)]
    [InlineData("Training", "VALID", null)]
    [InlineData("train", "test", "val")]
    [InlineData("TRAIN", "Testing", "Validation")]
    public void Folders_of_a_split_are_no_classes(string train, string test, string? validation)
    {
        foreach (var (part, file) in new[] { (train, "1.jpg"), (test, "2.jpg"), (validation, "3.jpg") })
        {
            if (part is not null)
            {
                _folder.WritePicture($"data/{part}/cat/{file}");
                _folder.WritePicture($"data/{part}/dog/{file}");
            }
        }

        var set = DataSource.Open(_folder.PathOf("data"));

        static string[] Of(ImageDataSet? part) =>
            part is null ? [] : [.. part.Records.Select(r => $"{r.Label} {Path.GetFileName(r.Path)}")];
        Assert.Equal(["cat 1.jpg", "dog 1.jpg"], Of(set));
        Assert.Equal(["cat 2.jpg", "dog 2.jpg"], Of(set.Test));
        Assert.Equal(validation is null ? [] : ["cat 3.jpg", "dog 3.jpg"], Of(set.Validation));
        Assert.Equal(validation is null ? 4 : 6, set.Joined().Records.Count);
    }

    [Theory]
    [InlineData("train/cat/1.jpg test/cat/1.jpg birds/1.jpg", "birds")]
    [InlineData("train/cat/1.jpg val/cat/1.jpg valid/cat/1.jpg", "valid")]
    [InlineData("train/cat/1.jpg test/1.jpg", "1 pictures lie in no class folder")]
    [InlineData("cat/train/1.jpg cat/test/1.jpg dog/train/1.jpg dog/test/1.jpg", "train/cat")]
    public void What_is_half_a_split_is_refused(string files, string reason)
    {
        foreach (var file in files.Split(' '))
            _folder.WritePicture($"data/{file}");

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_whose_names_are_not_UTF8_are_named_and_not_merged()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _folder.WritePicture("data/a/1.jpg");
        Run("""for c in 344 366; do d="$(printf "B\\${c}r")"; mkdir "$d" && cp a/1.jpg "$d"; done""");

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("data")));

        // .NET cannot delete what it cannot name.
        Run("rm -r B*");
        Assert.Equal(2, error.Unusable.Count);
        Assert.All(error.Unusable, u => Assert.Contains("its name is not UTF-8", u.Reason, StringComparison.Ordinal));

        void Run(string script)
        {
            var start = new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = _folder.PathOf("data") };
            using var shell = Process.Start(start)!;
            shell.WaitForExit();
            Assert.Equal(0, shell.ExitCode);
        }
    }

    [Fact]
    public void A_class_may_be_named_train()
    {
        _folder.WritePicture("data/bus/1.jpg");
        _folder.WritePicture("data/train/1.jpg");

        Assert.Equal(["bus", "train"], DataSource.Open(_folder.PathOf("data")).ClassNames);
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

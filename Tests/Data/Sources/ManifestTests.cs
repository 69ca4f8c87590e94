using MlPipeline.Data.Sources;

namespace MlPipeline.Data.Tests;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("m.csv", "path,label\nimages/a.jpg,cat\n\"im,ages/b.jpg\",\"the \"\"dog\"\"\"\n")]
    [InlineData("m.tsv", "label\tpath\ncat\timages/a.jpg\nthe \"dog\"\tim,ages/b.jpg\n")]
    [InlineData("m.txt", "Label\tImage_Path\r\ncat\timages/a.jpg\r\n\r\nthe \"dog\"\tim,ages/b.jpg\r\n")]
    public void Tables_are_read_by_their_header(string name, string content)
    {
        var set = DataSource.Open(_folder.Write(name, content));

        Assert.Equal(
            [(_folder.PathOf("images", "a.jpg"), "cat"), (_folder.PathOf("im,ages", "b.jpg"), "the \"dog\"")],
            set.Records.Select(r => (r.Path, r.Label)));
    }

    [Fact]
    public void Further_columns_are_kept_and_absolute_paths_stay()
    {
        var absolute = _folder.PathOf("elsewhere", "a.jpg");
        var path = _folder.Write("m.csv", $"path,label,Box,split\n{absolute},cat,1 2 3 4,train\n");

        var record = Assert.Single(Manifest.Read(path).Records);

        Assert.Equal(absolute, record.Path);
        Assert.Equal("1 2 3 4", record.Extra["box"]);
        Assert.Equal("train", record.Extra["split"]);
    }

    [Theory]
    [InlineData("path,label\na.jpg,cat\nb.jpg\n", 3, "1 fields, but the header names 2")]
    [InlineData("path,label\na.jpg,cat\n\nb.jpg,\n", 4, "the label is empty")]
    [InlineData("path,label\n,cat\n", 2, "the path is empty")]
    [InlineData("name,kind\na.jpg,cat\n", 1, "expected the columns path and label")]
    [InlineData("", 0, "the file is empty")]
    [InlineData("path,label\n", 0, "no pictures below the header")]
    public void Errors_name_the_file_and_the_line(string content, int line, string reason)
    {
        var path = _folder.Write("m.csv", content);

        var error = Assert.Throws<DataSourceException>(() => Manifest.Read(path));

        Assert.Equal(line, error.Line);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_at_the_path_is_an_error_that_says_what_is_expected()
    {
        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("none")));

        Assert.Contains("one sub-folder per class, or a TSV/CSV manifest", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

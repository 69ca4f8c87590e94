using System.Text;
using MlPipeline.Data.Sources;

namespace MlPipeline.Data.Tests;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("m.csv", "path,label\nimages/a.jpg,cat\n\"im,ages/b.jpg\",\"the \"\"dog\"\"\"\n")]
    [InlineData("m.tsv", "label\tpath\ncat\timages/a.jpg\nthe \"dog\"\tim,ages/b.jpg\n")]
    [InlineData("m.txt", "Label\tImage_Path\r\ncat\timages/a.jpg\r\n\r\n  \r\nthe \"dog\"\tim,ages/b.jpg\r\n")]
    public void Tables_are_read_by_their_header(string name, string content)
    {
        var set = Manifest.Read(_folder.Write(name, content));

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

    [Fact]
    public void A_table_beside_the_pictures_has_paths_from_their_folder_and_classes_by_its_column_or_their_folders()
    {
        var table = _folder.Write("boxes.tsv", "file\tx0\ny/a.jpg\t1\n");
        var labelled = _folder.Write("val.tsv", "file\tsynset\nb.jpg\tn01\n");
        var folder = _folder.PathOf("pictures");
        Directory.CreateDirectory(folder);

        var record = Assert.Single(Manifest.Read(table, folder).Records);

        Assert.Equal((Path.Combine(folder, "y", "a.jpg"), "y", "1"), (record.Path, record.Label, record.Extra["x0"]));
        Assert.Equal("n01", Assert.Single(Manifest.Read(labelled, folder).Records).Label);
        var loose = _folder.Write("loose.tsv", "file\tx0\na.jpg\t1\n");
        Assert.Contains("lies in no class folder",
            Assert.Throws<DataSourceException>(() => Manifest.Read(loose, folder)).Message, StringComparison.Ordinal);
        Assert.Throws<DataSourceException>(() => Manifest.Read(table, _folder.PathOf("absent")));
    }

    [Theory]
    [InlineData("path,label\na.jpg,cat\nb.jpg\n", 3, "1 fields, but the header names 2")]
    [InlineData("\n\npath,label,note\na.jpg,cat,\"two\nlines\"\n\nb.jpg,cat\n", 7, "2 fields, but the header names 3")]
    [InlineData("sep=;\r\npath;label\r\na.jpg;cat\r\n;cat\r\n", 4, "the path is empty")]
    [InlineData("path,label\na.jpg,\"cat\"\nb.jpg,\"cat\nc.jpg,\"dog\"\n", 3, "text behind its closing quote")]
    [InlineData("path,label\na.jpg,\"cat\nb.jpg,cat\n", 2, "opened here and closed nowhere")]
    [InlineData("path,label\na.jpg,\"cat\nb.jpg,dog\nc.jpg,dog\"\n", 2, "goes over several lines")]
    [InlineData("path,label\na.jpg,12\" disc\n", 2, "inside a field that is not quoted")]
    [InlineData("path\tlabel\na.jpg\t\"cat\nb.jpg\tdog\n", 2, "opened here and closed nowhere")]
    [InlineData("path,file,label\na.jpg,a.jpg,cat\n", 1, "'path' and 'file' could each hold the pictures' paths")]
    [InlineData("path,label,class\na.jpg,cat,0\n", 1, "'label' and 'class' could each hold the classes")]
    [InlineData("path,label,w,W\na.jpg,cat,1,2\n", 1, "two columns are named 'w'")]
    [InlineData("path,label,split\na.jpg,cat,3\n", 2, "the split is '3'")]
    [InlineData("path,label\nhttps://x.org/a.jpg,cat\n", 2, "is an address, not a path")]
    [InlineData("path,label\nfile://host/a.jpg,cat\n", 2, "is no address of a file of this machine")]
    [InlineData("path,label\na.jpg,B\ufffdr\n", 2, "U+FFFD")]
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

    [Theory]
    [InlineData("filename,class", ",")]
    [InlineData("label;path", ";")]
    [InlineData("category\timage", "\t")]
    [InlineData("File_Path|Target", "|")]
    [InlineData("\"Image Path\";\"Class Name\"", ";")]
    public void Separators_and_columns_are_told_by_the_header_whatever_the_file_is_called(string header, string separator)
    {
        var isLabelFirst = header.StartsWith('l') || header.StartsWith('c');
        string[] fields = isLabelFirst ? ["cat", "a.jpg"] : ["a.jpg", "cat"];
        foreach (var name in new[] { "m.csv", "m.tsv", "m.txt" })
        {
            var record = Assert.Single(
                Manifest.Read(_folder.Write(name, $"{header}\r\n{string.Join(separator, fields)}\r\n")).Records);
            Assert.Equal((_folder.PathOf("a.jpg"), "cat", 2), (record.Path, record.Label, record.Line));
        }
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    public void Text_is_read_in_the_encodings_that_can_be_told(string encoding, bool isMarked)
    {
        var path = _folder.PathOf("m.csv");
        var bytes = Encoding.GetEncoding(encoding).GetBytes("path,label\na.jpg,Bär\nb.jpg,猫\n");
        File.WriteAllBytes(path, [.. isMarked ? Encoding.GetEncoding(encoding).GetPreamble() : [], .. bytes]);

        Assert.Equal(["Bär", "猫"], Manifest.Read(path).ClassNames);
    }

    [Theory]
    [InlineData("iso-8859-1", 3)]
    [InlineData("utf-16", 3)]
    public void Bytes_of_another_encoding_are_refused_by_line(string encoding, int line)
    {
        var path = _folder.PathOf("m.csv");
        File.WriteAllBytes(path, Encoding.GetEncoding(encoding).GetBytes("path,label\na.jpg,cat\nb.jpg,Bär\nc.jpg,Bör\n"));

        var error = Assert.Throws<DataSourceException>(() => Manifest.Read(path));

        Assert.Equal(line, error.Line);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_are_read_as_other_systems_write_them()
    {
        var name = _folder.PathOf("im ages", "a.jpg");
        var content = $"path,label\nim ages\\a.jpg,cat\n{new Uri(name).AbsoluteUri},cat\n./im ages/a.jpg,cat\n";

        Assert.All(Manifest.Read(_folder.Write("m.csv", content)).Records, r => Assert.Equal(name, r.Path));
        if (OperatingSystem.IsWindows())
            return;
        foreach (var drive in new[] { @"C:\me\a.jpg", "d:/a.jpg", @"\\server\a.jpg", "file:///C:/me/a.jpg" })
        {
            var path = _folder.Write("d.csv", $"path,label\n{drive},cat\n");
            var error = Assert.Throws<DataSourceException>(() => Manifest.Read(path));
            Assert.Equal(2, error.Line);
            Assert.Contains("relative to the manifest", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_missing_files_are_named_at_once_by_line()
    {
        _folder.WritePicture("a.jpg");
        var path = _folder.Write("m.csv", "path,label,note\na.jpg,cat,\"1\n2\"\nb.jpg,cat,\nc.jpg,dog,\n");

        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(path));

        Assert.Equal([_folder.PathOf("b.jpg"), _folder.PathOf("c.jpg")], error.Unusable.Select(u => u.Path));
        Assert.Equal([$"there is no such file ({path}, line 4)", $"there is no such file ({path}, line 5)"],
            error.Unusable.Select(u => u.Reason));
        Assert.Equal(3, DataSource.Open(path, new DataSourceOptions { BadImages = BadImagePolicy.Skip }).Records.Count);
    }

    [Fact]
    public void A_column_of_splits_parts_the_pictures()
    {
        var set = Manifest.Read(_folder.Write("m.csv", "path,label,Split\na,x,train\nb,x,VALID\nc,y,test\nd,y,Train\n"));

        Assert.Equal(["a", "d"], set.Records.Select(r => Path.GetFileName(r.Path)));
        Assert.Equal("b", Path.GetFileName(Assert.Single(set.Validation!.Records).Path));
        Assert.Equal("c", Path.GetFileName(Assert.Single(set.Test!.Records).Path));
        var none = _folder.Write("n.csv", "path,label,split\na,x,test\n");
        Assert.Throws<DataSourceException>(() => Manifest.Read(none));
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("-1e-3", -0.001)]
    [InlineData("+7", 7d)]
    [InlineData("0,5", null)]
    [InlineData("1,234.5", null)]
    [InlineData("1.234,5", null)]
    [InlineData(" 1", null)]
    [InlineData("1_000", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("1e999", null)]
    [InlineData("0x10", null)]
    [InlineData("5%", null)]
    [InlineData("", null)]
    public void Numbers_are_plain_or_none(string text, double? value)
    {
        Assert.Equal(value is not null, PlainNumber.TryParse<double>(text, out var read));
        Assert.Equal(value ?? 0, read);
        Assert.False(PlainNumber.TryParse<int>("1.0", out _) || PlainNumber.TryParse<int>("1e3", out _));
        Assert.True(PlainNumber.TryParse<int>("-12", out var whole) && whole == -12);
    }

    [Fact]
    public void Nothing_at_the_path_is_an_error_that_says_what_is_expected()
    {
        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.PathOf("none")));

        Assert.Contains("one sub-folder per class, or a TSV/CSV manifest", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests.Binary;

public sealed class BinaryDataTests : IDisposable
{
    private static readonly MLContext _ml = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-binary-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Row
    {
        public string Name { get; set; } = "";

        [VectorType(3)]
        public VBuffer<float> Features { get; set; }

        public string[] Words { get; set; } = [];

        public double Number { get; set; }

        public bool Truth { get; set; }

        public DateTimeOffset Time { get; set; }
    }

    private static IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
    {
        Name = i % 4 == 3 ? "" : $"é{i % 5}",
        Features = i % 2 == 0 ? new VBuffer<float>(3, [i, float.NaN, -i]) : new VBuffer<float>(3, 1, [i], [2]),
        Words = [.. Enumerable.Range(0, i % 3).Select(j => $"w{j}")],
        Number = i / 3.0,
        Truth = i % 3 == 0,
        Time = new DateTimeOffset(2020, 1, 1 + (i % 20), 3, 4, 5, TimeSpan.FromHours(2)),
    }).ToArray());

    private static byte[] Saved(IDataView data, bool keepHidden = false)
    {
        using MemoryStream stream = new();
        _ml.Data.SaveAsBinary(data, stream, keepHidden);
        return stream.ToArray();
    }

    private string File(byte[] bytes, string name = "rows.bin")
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(BinarySaver.MostRowsInBlock + 1)]
    public void What_is_saved_is_read_as_the_same_rows(int count)
    {
        IDataView rows = Rows(count);
        IDataView data = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(Rows(9)).Transform(rows);
        IDataView loaded = _ml.Data.LoadFromBinary(File(Saved(data)));

        SchemaChecks.SameColumns(data.Schema, loaded.Schema, "saved and loaded");
        Assert.Equal(
            data.Schema["Label"].GetTextsOrNull(AnnotationUtils.Kinds.KeyValues)!,
            loaded.Schema["Label"].GetTextsOrNull(AnnotationUtils.Kinds.KeyValues)!);
        Assert.Equal(count, loaded.GetRowCount());
        TableOfRows.Read(data, null).MustEqual(TableOfRows.Read(loaded, null), "saved and loaded");
        Assert.Equal(data.GetColumn<VBuffer<float>>("Features").Select(vector => vector.IsDense),
            loaded.GetColumn<VBuffer<float>>("Features").Select(vector => vector.IsDense));
        Assert.Equal(data.GetColumn<DateTimeOffset>("Time").Select(time => time.Offset),
            loaded.GetColumn<DateTimeOffset>("Time").Select(time => time.Offset));
    }

    [Fact]
    public void It_is_a_data_view_like_any_other() => CursorChecks.All(_ml.Data.LoadFromBinary(File(Saved(Rows(12)))));

    [Fact]
    public void Streams_of_unknown_length_are_read_too()
    {
        IDataView loaded = _ml.Data.LoadFromBinary(new OneWay(Saved(Rows(5))));
        Assert.Null(loaded.GetRowCount());
        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 1, 4 / 3.0], loaded.GetColumn<double>("Number"));
    }

    [Fact]
    public void Hidden_columns_are_kept_if_so_asked_and_columns_without_a_form_left_out_with_a_warning()
    {
        var ml = new MLContext(1);
        List<string> warnings = [];
        ml.Log += (_, args) => warnings.Add(args.Message);
        IDataView doubled = ml.Transforms.CopyColumns("Name", "Number").Fit(Rows(3)).Transform(Rows(3));
        Assert.Equal(6, _ml.Data.LoadFromBinary(File(Saved(doubled))).Schema.Count);
        IDataView all = _ml.Data.LoadFromBinary(File(Saved(doubled, keepHidden: true)));
        Assert.Equal((7, true), (all.Schema.Count, all.Schema[0].IsHidden));

        using MemoryStream stream = new();
        ml.Data.SaveAsBinary(new TagView(), stream);
        Assert.Contains(warnings, warning => warning.Contains("'Tag'"));
        Assert.Equal(["Id"], _ml.Data.LoadFromBinary(File(stream.ToArray())).Schema.Select(column => column.Name));
    }

    [Fact]
    public void Only_the_columns_that_are_asked_for_are_decoded()
    {
        byte[] file = Saved(Rows(5));
        int words = file.AsSpan().LastIndexOf("w1"u8);
        file[words] ^= 1;
        IDataView loaded = _ml.Data.LoadFromBinary(File(file, "damaged.bin"));
        Assert.Equal(5, loaded.GetColumn<double>("Number").Count());
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => loaded.GetColumn<string[]>("Words").Count());
        Assert.Contains("damaged.bin", error.Message);
    }

    [Fact]
    public void Every_flipped_byte_and_every_cut_is_seen()
    {
        byte[] good = Saved(Rows(4));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<InvalidDataException>(() => ReadAll(bad));
            Assert.Throws<InvalidDataException>(() => ReadAll(good[..i]));
        }
    }

    [Fact]
    public void A_missing_file_and_several_files_are_refused()
    {
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromBinary(Path.Combine(_folder, "none.bin")));
        string path = File(Saved(Rows(1)));
        Assert.Throws<ArgumentException>(() => _ml.Data.LoadFromBinary(new MultiFileSource(path, path)));
    }

    private static void ReadAll(byte[] file) =>
        _ml.Data.LoadFromBinary(new InMemory(file)).Preview(int.MaxValue);

    private class InMemory(byte[] file) : IMultiStreamSource
    {
        public int Count => 1;

        public string? GetPathOrNull(int index) => null;

        public virtual Stream Open(int index) => new MemoryStream(file, writable: false);

        public TextReader OpenTextReader(int index) => throw new NotSupportedException();
    }

    private sealed class OneWay(byte[] file) : InMemory(file)
    {
        public override Stream Open(int index) => new Forward(base.Open(index));

        private sealed class Forward(Stream inner) : Stream
        {
            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => false;

            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => throw new NotSupportedException();
                set => throw new NotSupportedException();
            }

            public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 3));

            public override void Flush()
            {
            }

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        }
    }

    private sealed class TagView : IDataView
    {
        private readonly CountingView _view = new(2);

        public TagView()
        {
            var builder = new DataViewSchema.Builder();
            builder.AddColumn("Id", NumberDataViewType.Int32);
            builder.AddColumn("Tag", TagType.Instance);
            Schema = builder.ToSchema();
        }

        public DataViewSchema Schema { get; }

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            _view.GetRowCursor(columnsNeeded.Select(column => _view.Schema[column.Name]));

        public DataViewRowCursor[] GetRowCursorSet(
            IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];
    }
}

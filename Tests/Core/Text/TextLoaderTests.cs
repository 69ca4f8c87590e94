using System.Text;
using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests.Text;

public sealed class TextLoaderTests : IDisposable
{
    private static readonly MLContext _ml = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("textloader").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Flower
    {
        [LoadColumn(3)]
        public string Name { get; set; } = "";

        [LoadColumn(0, 1)]
        [VectorType(2)]
        public float[] Size { get; set; } = [];

        [LoadColumn(2)]
        [ColumnName("Count")]
        public int HowMany { get; set; }

        [LoadColumn(4)]
        public bool Wild { get; set; }
    }

    private sealed class ByName
    {
        [LoadColumnName("count")]
        public int Count { get; set; }

        [LoadColumnName("height", "width")]
        [VectorType(2)]
        public float[] Size { get; set; } = [];
    }

    private sealed class Unmapped
    {
        public int Count { get; set; }
    }

    private sealed class Texts
    {
        public string A { get; set; } = "";

        public string B { get; set; } = "";
    }

    [Fact]
    public void A_class_says_which_fields_its_members_are_read_from()
    {
        string path = Write("width\theight\tcount\tname\twild\n1.5\t2\t3\tröse\tyes\n\n// a comment\n-1e2\t\t\tmay bell\t0\n");
        IDataView data = _ml.Data.LoadFromTextFile<Flower>(path, hasHeader: true);
        Flower[] rows = [.. _ml.Data.CreateEnumerable<Flower>(data, reuseRowObject: false)];

        Assert.Equal(["röse", "may bell"], rows.Select(row => row.Name));
        Assert.Equal([1.5f, 2], rows[0].Size);
        Assert.Equal([-100, 0], rows[1].Size);
        Assert.Equal([3, 0], rows.Select(row => row.HowMany));
        Assert.Equal([true, false], rows.Select(row => row.Wild));
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Size"].GetSlotNames(ref names);
        Assert.Equal(["width", "height"], names.DenseValues().Select(name => name.ToString()));
        CursorChecksOf(path);
    }

    private static void CursorChecksOf(string path)
    {
        File.AppendAllText(path, "7\t8\t9\tlast\ttrue\n");
        CursorChecks.All(_ml.Data.LoadFromTextFile<Flower>(path, hasHeader: true));
    }

    [Fact]
    public void Names_in_the_header_serve_where_the_class_gives_names()
    {
        string path = Write("width,height,count\n1,2,3\n");
        ByName row =
            _ml.Data.CreateEnumerable<ByName>(_ml.Data.LoadFromTextFile<ByName>(path, ',', hasHeader: true), false).Single();
        Assert.Equal(3, row.Count);
        Assert.Equal([2, 1], row.Size);
        var refusal = Assert.Throws<ArgumentException>(() => _ml.Data.LoadFromTextFile<ByName>(path, ','));
        Assert.Contains("'count'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_names_no_field_is_refused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => _ml.Data.LoadFromTextFile<Unmapped>(Write("1\n")));
        Assert.Contains("Unmapped.Count", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a,b\",\"say \"\"hi\"\"\"", "a,b", "say \"hi\"")]
    [InlineData("  \"a\"  ,plain", "a", "plain")]
    [InlineData("\"\",\"two\nlines\"", "", "two\nlines")]
    [InlineData(" a b ,\"  kept \"", " a b ", "  kept ")]
    public void Quoted_fields_may_hold_separators_quotes_and_line_ends(string line, string first, string second)
    {
        Texts row = ReadTexts(line, new TextLoader.Options { AllowQuoting = true, ReadMultilines = true }).Single();
        Assert.Equal(first, row.A);
        Assert.Equal(second, row.B);
    }

    [Fact]
    public void Quotes_are_letters_where_quoting_is_not_allowed_and_spaces_go_where_trimming_is()
    {
        Assert.Equal("\"a", ReadTexts("\"a,b\"", new TextLoader.Options()).Single().A);
        Texts trimmed = ReadTexts("  a b ,  ", new TextLoader.Options { TrimWhitespace = true }).Single();
        Assert.Equal(("a b", ""), (trimmed.A, trimmed.B));
        Assert.Equal(
            "a\"b\\",
            ReadTexts("\"a\\\"b\\\\\",x", new TextLoader.Options { AllowQuoting = true, EscapeChar = '\\' }).Single().A);
    }

    [Theory]
    [InlineData("1,2\n3,4\n5,x\n", "line 3", "field 1", "'B'")]
    [InlineData("1,2\n\"3\"y,4\n", "line 2", "field 0", "closing quote")]
    [InlineData("1,2\n3,\"4\n", "line 2", "field 1", "does not end")]
    public void Errors_name_file_line_and_field(string text, params string[] parts)
    {
        string path = Write(text);
        IDataView data = _ml.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns = [new("A", DataKind.Single, 0), new("B", DataKind.Int32, 1)],
            Separators = [','],
            AllowQuoting = true,
        });
        FormatException error = Assert.Throws<FormatException>(() => TableOfRows.Read(data));
        Assert.All(parts.Append(path), part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_active_columns_are_parsed()
    {
        IDataView data = _ml.Data.LoadFromTextFile(
            Write("1,oops\n2,oops\n"), [new("A", DataKind.Single, 0), new("B", DataKind.Single, 1)], ',');
        Assert.Equal(2, TableOfRows.Read(data, names: ["A"]).Count);
    }

    [Fact]
    public void Ranges_run_to_the_end_take_what_is_left_or_vary()
    {
        string path = Write("1 2 3 4\n5 6 7 8 9\n");
        IDataView data = _ml.Data.LoadFromTextFile(path, [
            new("Second", DataKind.Single, 1),
            new("Rest", DataKind.Single, [new TextLoader.Range(2, null)]),
            new("Other", DataKind.Int32, [new TextLoader.Range { Min = 0, AllOther = true }]),
            new("One", DataKind.Single, [new TextLoader.Range(1) { ForceVector = true }]),
            new("All", DataKind.Byte, [new TextLoader.Range { Min = 1, VariableEnd = true }])], ' ');

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), data.Schema["Rest"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1), data.Schema["One"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Byte), data.Schema["All"].Type);
        TableOfRows rows = TableOfRows.Read(data);
        Assert.Equal(new float[] { 7, 8 }, rows[1, "Rest"]);
        Assert.Equal(new[] { 1 }, rows[0, "Other"]);
        Assert.Equal(new byte[] { 2, 3, 4 }, rows[0, "All"]);
        Assert.Equal(new byte[] { 6, 7, 8, 9 }, rows[1, "All"]);
    }

    [Fact]
    public void By_default_there_are_a_label_and_features()
    {
        TableOfRows rows = TableOfRows.Read(_ml.Data.LoadFromTextFile(Write("1\t2\t3\n"), (TextLoader.Options?)null));
        Assert.Equal(1f, rows[0, "Label"]);
        Assert.Equal(new float[] { 2, 3 }, rows[0, "Features"]);
    }

    [Fact]
    public void Sparse_lines_give_a_number_of_fields_and_some_of_them()
    {
        IDataView data = _ml.Data.LoadFromTextFile(
            Write("7 5 0:1 3:-2\n8 1 2 3 4 5\n"), [new("L", DataKind.Single, 0), new("F", DataKind.Single, 1, 5)], ' ',
            allowSparse: true);
        TableOfRows rows = TableOfRows.Read(data);
        Assert.Equal(new float[] { 1, 0, 0, -2, 0 }, rows[0, "F"]);
        Assert.Equal(new float[] { 1, 2, 3, 4, 5 }, rows[1, "F"]);
    }

    [Fact]
    public void Keys_are_numbered_from_0_in_text_and_empty_numbers_are_missing_if_so_asked()
    {
        IDataView data = _ml.Data.LoadFromTextFile(Write("0,1,?\n2,,\n5,3,inf\n"), new TextLoader.Options
        {
            Separators = [','],
            Columns =
            [
                new("K", DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(3)),
                new("D", DataKind.Double, 1),
                new("S", DataKind.Single, 2),
            ],
            MissingRealsAsNaNs = true,
        });
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), data.Schema["K"].Type);
        TableOfRows rows = TableOfRows.Read(data);
        Assert.Equal([1u, 3u, 0u], Enumerable.Range(0, 3).Select(i => (uint)rows[i, "K"]!));
        Assert.Equal([1, double.NaN, 3], Enumerable.Range(0, 3).Select(i => (double)rows[i, "D"]!));
        Assert.Equal([float.NaN, float.NaN, float.PositiveInfinity], Enumerable.Range(0, 3).Select(i => (float)rows[i, "S"]!));
    }

    [Fact]
    public void Several_files_are_read_one_after_the_other_each_with_its_header()
    {
        File.WriteAllText(Path.Combine(_folder, "part-2.csv"), "x\n3\n4\n");
        File.WriteAllText(Path.Combine(_folder, "part-1.csv"), "x\n1\n2\n");
        var options = new TextLoader.Options { HasHeader = true, Columns = [new("X", DataKind.Int32, 0)] };
        TableOfRows rows = TableOfRows.Read(_ml.Data.LoadFromTextFile(Path.Combine(_folder, "part-*.csv"), options));
        Assert.Equal([1, 2, 3, 4], Enumerable.Range(0, 4).Select(i => (int)rows[i, "X"]!));
        options.MaxRows = 3;
        Assert.Equal(3, TableOfRows.Read(_ml.Data.LoadFromTextFile(Path.Combine(_folder, "part-*.csv"), options)).Count);
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromTextFile(Path.Combine(_folder, "none-*.csv"), options));
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromTextFile(Path.Combine(_folder, "none.csv"), options));
    }

    [Fact]
    public void A_loader_can_be_made_before_there_is_data_and_reads_lazily()
    {
        TextLoader loader = _ml.Data.CreateTextLoader([new TextLoader.Column("X", DataKind.Int32, 0)]);
        string path = Path.Combine(_folder, "later.txt");
        IDataView data = loader.Load(new MultiFileSource(path));
        Assert.Equal(loader.GetOutputSchema()[0].Type, data.Schema[0].Type);
        Assert.Throws<FileNotFoundException>(() => TableOfRows.Read(data));
        File.WriteAllText(path, "1\n");
        Assert.Equal(1, TableOfRows.Read(data).Count);
        File.AppendAllText(path, "2\n");
        Assert.Equal(2, TableOfRows.Read(data).Count);
    }

    [Theory]
    [InlineData('\t', true, true)]
    [InlineData(',', false, false)]
    public void What_is_saved_as_text_is_read_as_the_same_values(char separator, bool header, bool schema)
    {
        Saved[] rows = [.. Enumerable.Range(0, 9).Select(i => new Saved
        {
            Text = i switch { 0 => "", 1 => " a, \"b\"\tc ", 2 => "// no comment", _ => $"text {i}" },
            Numbers = [i / 3f, 0, float.NaN],
            Key = (uint)(i % 4),
            Double = Math.PI * i,
            Flag = i % 2 == 0,
        })];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        using MemoryStream stream = new();
        _ml.Data.SaveAsText(data, stream, separator, header, schema);
        string path = Write(Encoding.UTF8.GetString(stream.ToArray()));

        IDataView read = _ml.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Separators = [separator],
            HasHeader = header,
            AllowQuoting = true,
            MissingRealsAsNaNs = true,
            Columns =
            [
                new("Text", DataKind.String, 0), new("Numbers", DataKind.Single, 1, 3),
                new("Key", DataKind.UInt32, [new TextLoader.Range(4)], new KeyCount(3)),
                new("Double", DataKind.Double, 5), new("Flag", DataKind.Boolean, 6),
            ],
        });
        TableOfRows.Read(data).MustEqual(TableOfRows.Read(read), "saved as text");
    }

    [Fact]
    public void Lines_of_many_zeros_are_saved_sparsely_unless_forbidden()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new Wide { Values = [0, 0, 0, 0, 5, 0, 0, 0, 0, 0] } });
        Assert.Equal("10 4:5\n", Saved(forceDense: false));
        Assert.Equal("0 0 0 0 5 0 0 0 0 0\n", Saved(forceDense: true));
        TableOfRows read = TableOfRows.Read(_ml.Data.LoadFromTextFile(
            Write("10 4:5\n"), [new("Values", DataKind.Single, 0, 9)], ' ', allowSparse: true));
        TableOfRows.Read(data).MustEqual(read, "saved sparsely");

        string Saved(bool forceDense)
        {
            using MemoryStream stream = new();
            _ml.Data.SaveAsText(data, stream, ' ', headerRow: false, schema: false, forceDense: forceDense);
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    [Fact]
    public void A_saved_loader_reads_as_before()
    {
        string path = Write("a;b;c\n1,5;\"x\";3\n2,5;y;\n4;z;0\n");
        TextLoader loader = _ml.Data.CreateTextLoader(
            new TextLoader.Options
            {
                Separators = [';'],
                DecimalMarker = ',',
                HasHeader = true,
                AllowQuoting = true,
                Columns =
                [
                    new("V", DataKind.Single, [new TextLoader.Range(0) { ForceVector = true }]),
                    new("T", DataKind.String, 1),
                    new("K", DataKind.Byte, [new TextLoader.Range(2)], new KeyCount()),
                ],
            },
            new MultiFileSource(path));
        Dictionary<string, byte[]> entries = [];
        using (ModelSaveContext ctx = new(new Host(1), entries, "it"))
        {
            ((ICanSaveModel)loader).Save(ctx);
            ctx.Finish(loader);
        }

        var loaded = (TextLoader)ModelLoaders.Load(new ModelLoadContext(new Host(1), entries, "it"));
        SchemaChecks.SameColumns(loader.GetOutputSchema(), loaded.GetOutputSchema(), "the loaded loader");
        IDataView data = loader.Load(new MultiFileSource(path));
        Assert.Equal(new[] { 1.5f }, TableOfRows.Read(data)[0, "V"]);
        TableOfRows.Read(data).MustEqual(TableOfRows.Read(loaded.Load(new MultiFileSource(path))), "saved and loaded");
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        string path = Write("1\n");
        TextLoader.Column[] columns = [new("X", DataKind.Single, 0)];
        Assert.ThrowsAny<ArgumentException>(() => _ml.Data.LoadFromTextFile(path, columns, '"'));
        Assert.ThrowsAny<ArgumentException>(() => _ml.Data.LoadFromTextFile(
            path, new TextLoader.Options { Columns = columns, Separators = [','], DecimalMarker = ',' }));
        Assert.ThrowsAny<ArgumentException>(() => _ml.Data.LoadFromTextFile(
            path, new TextLoader.Options { Columns = columns, ReadMultilines = true }));
        Assert.ThrowsAny<ArgumentException>(() => _ml.Data.CreateTextLoader(
            new TextLoader.Options { Columns = [new("X", DataKind.Single, [new TextLoader.Range(0, null)])] }));
        Assert.ThrowsAny<ArgumentException>(() => _ml.Data.CreateTextLoader(
            [new TextLoader.Column("X", DataKind.Single, [new TextLoader.Range(0)], new KeyCount(2))]));
    }

    private Texts[] ReadTexts(string text, TextLoader.Options options)
    {
        options.Separators = [','];
        options.Columns = [new("A", DataKind.String, 0), new("B", DataKind.String, 1)];
        return [.. _ml.Data.CreateEnumerable<Texts>(_ml.Data.LoadFromTextFile(Write(text), options), reuseRowObject: false)];
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Saved
    {
        public string Text { get; set; } = "";

        [VectorType(3)]
        public float[] Numbers { get; set; } = [];

        [KeyType(3)]
        public uint Key { get; set; }

        public double Double { get; set; }

        public bool Flag { get; set; }
    }

    private sealed class Wide
    {
        [VectorType(10)]
        public float[] Values { get; set; } = [];
    }
}

namespace MlPipeline.Core.Tests;

/// <summary>The terms of key mappings and the columns of text loaders in saved models, of this and of earlier layouts.</summary>
public class ModelPartsTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public string Name { get; set; } = "";

        public long Number { get; set; }

        public bool Truth { get; set; }

        [KeyType(9)]
        public byte Key { get; set; }

        public TimeSpan Span { get; set; }

        public DateTime Time { get; set; }

        public DataViewRowId Id { get; set; }
    }

    private static readonly string[] _columns = ["Name", "Number", "Truth", "Key", "Span", "Time", "Id"];

    private static readonly Row[] _rows =
    [
        new()
        {
            Name = "élan", Number = long.MinValue, Truth = true, Key = 9, Span = TimeSpan.FromTicks(7),
            Time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc), Id = new DataViewRowId(1, ulong.MaxValue),
        },
        new()
        {
            Name = "b", Number = 3, Truth = false, Key = 2, Span = TimeSpan.FromDays(-2),
            Time = new DateTime(1999, 12, 31), Id = new DataViewRowId(2, 0),
        },
    ];

    private static TextLoader Loader() => _ml.Data.CreateTextLoader(
        [
            new TextLoader.Column("Name", DataKind.String, 0),
            new TextLoader.Column("Class", DataKind.Byte, [new TextLoader.Range(1)], new KeyCount(5)),
            new TextLoader.Column("Values", DataKind.Double, 2, 3),
            new TextLoader.Column("When", DataKind.DateTimeOffset, 4),
        ],
        separatorChar: ',', hasHeader: true, allowQuoting: true);

    private static byte[] Saved()
    {
        InputOutputColumnPair[] pairs =
            Array.ConvertAll(_columns, column => new InputOutputColumnPair($"{column}Key", column));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey(pairs).Fit(_ml.Data.LoadFromEnumerable(_rows));
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Loader(), stream);
        return stream.ToArray();
    }

    [Fact]
    public void Terms_and_loaders_come_back()
    {
        if (Environment.GetEnvironmentVariable("MLPIPELINE_WRITE_FIXTURE") is string path)
            File.WriteAllBytes(path, Saved());
        Check(new MemoryStream(Saved()));
    }

    [Fact]
    public void The_first_layout_stays_loadable()
    {
        using Stream file = typeof(ModelPartsTests).Assembly.GetManifestResourceStream("Models/Fixtures/parts-version-1.zip")!;
        Check(file);
    }

    public sealed class Example
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>The first layout told label values by their kind in four bytes.</summary>
    [Fact]
    public void Label_values_of_the_first_layout_stay_loadable()
    {
        Example[] examples = [new() { Label = 1, Features = [-1] }, new() { Label = 2, Features = [1] }];
        MaximumEntropyModelParameters model = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()
            .Fit(_ml.Data.LoadFromEnumerable(examples)).Model;

        ITransformer named = Load(DataKind.String, writer =>
        {
            writer.Write("élan");
            writer.Write("b");
        });
        VBuffer<ReadOnlyMemory<char>> names = default;
        named.GetOutputSchema(_ml.Data.LoadFromEnumerable(examples).Schema)["PredictedLabel"].GetKeyValues(ref names);
        Assert.Equal(["élan", "b"], names.DenseValues().Select(name => name.ToString()));

        ITransformer numbered = Load(DataKind.Double, writer =>
        {
            writer.Write(0.25);
            writer.Write(-1.0);
        });
        VBuffer<double> numbers = default;
        numbered.GetOutputSchema(_ml.Data.LoadFromEnumerable(examples).Schema)["PredictedLabel"].GetKeyValues(ref numbers);
        Assert.Equal([0.25, -1], numbers.DenseValues());

        ITransformer Load(DataKind kind, Action<BinaryWriter> writeTwo)
        {
            var entries = new Dictionary<string, byte[]>();
            using var ctx = new ModelSaveContext(new Host(), entries, "old");
            ctx.SetSignature(MulticlassPredictionLoader.Signature, version: 1);
            ctx.Writer.Write("Features");
            ctx.Writer.Write(true);
            ctx.Writer.Write((int)kind);
            ctx.Writer.Write(2);
            writeTwo(ctx.Writer);
            ctx.SaveModel(model, MulticlassPredictionLoader.ModelPart);
            ctx.Finish(model);
            return (ITransformer)ModelLoaders.Load(new ModelLoadContext(new Host(), entries, "old"));
        }
    }

    private static void Check(Stream file)
    {
        ITransformer model = _ml.Model.LoadWithDataLoader(file, out IDataLoader<IMultiStreamSource> loader);
        Assert.Equal(Loader().GetOutputSchema().ToString(), loader.GetOutputSchema().ToString());

        IDataView mapped = model.Transform(_ml.Data.LoadFromEnumerable(_rows.Reverse()));
        foreach (string column in _columns)
            Assert.Equal([2u, 1u], mapped.Column<uint>($"{column}Key"));
        VBuffer<DateTime> times = default;
        mapped.Schema["TimeKey"].GetKeyValues(ref times);
        Assert.Equal(_rows.Select(row => (row.Time, row.Time.Kind)), times.DenseValues().Select(time => (time, time.Kind)));
        VBuffer<ReadOnlyMemory<char>> names = default;
        mapped.Schema["NameKey"].GetKeyValues(ref names);
        Assert.Equal(["élan", "b"], names.DenseValues().Select(name => name.ToString()));
    }
}

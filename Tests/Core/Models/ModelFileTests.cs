namespace MlPipeline.Core.Tests;

public class ModelFileTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public int Id { get; set; }
    }

    public sealed class Doubled
    {
        public float Twice { get; set; }
    }

    [CustomMappingFactoryAttribute("MlPipeline.Core.Tests.Twice")]
    private sealed class Factory : CustomMappingFactory<Row, Doubled>
    {
        public override Action<Row, Doubled> GetMapping() => Map;
    }

    private static void Map(Row row, Doubled doubled) => doubled.Twice = 2 * row.Id;

    private static ITransformer Model() =>
        _ml.Transforms.CustomMapping<Row, Doubled>(Map, "MlPipeline.Core.Tests.Twice")
            .Append(_ml.Transforms.CustomMapping<Row, Doubled>(Map, "MlPipeline.Core.Tests.Twice"), TransformerScope.Testing)
            .Fit(new CountingView(3));

    private static DataViewSchema RichSchema()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyValues(["cat", "dog", "élan"]);
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        annotations.AddPrimitiveValue(
            "When", DateTimeOffsetDataViewType.Instance, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)));
        annotations.AddPrimitiveValue("Time", DateTimeDataViewType.Instance, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        annotations.AddVector("Numbers", NumberDataViewType.Double, [1.5, double.NaN]);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int32);
        builder.AddColumn("Label", new KeyDataViewType(typeof(uint), 3), annotations.ToAnnotations());
        builder.AddColumn("Label", new VectorDataViewType(new KeyDataViewType(typeof(byte), 7), 2, 0, 3));
        builder.AddColumn("Text", new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn("Span", TimeSpanDataViewType.Instance);
        return builder.ToSchema();
    }

    private static byte[] Saved(ITransformer? model = null, DataViewSchema? schema = null)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model ?? Model(), schema ?? RichSchema(), stream);
        return stream.ToArray();
    }

    [Fact]
    public void SchemaAnnotationsChainAndScopesComeBack()
    {
        var loaded = Assert.IsType<TransformerChain<ITransformer>>(
            _ml.Model.Load(new MemoryStream(Saved()), out DataViewSchema schema));
        Assert.Equal(RichSchema().ToString(), schema.ToString());
        Assert.True(schema[1].IsHidden);
        Assert.Equal(["cat", "dog", "élan"], schema[1].GetTextsOrNull("KeyValues")!);
        Assert.True(schema[1].IsNormalized());
        DateTimeOffset when = default;
        schema[1].Annotations.GetValue("When", ref when);
        Assert.Equal(TimeSpan.FromHours(2), when.Offset);
        DateTime time = default;
        schema[1].Annotations.GetValue("Time", ref time);
        Assert.Equal((new DateTime(2020, 1, 2, 3, 4, 5), DateTimeKind.Utc), (time, time.Kind));
        VBuffer<double> numbers = default;
        schema[1].Annotations.GetValue("Numbers", ref numbers);
        Assert.Equal([1.5, double.NaN], numbers.DenseValues());

        Assert.Equal(2, loaded.Count());
        Assert.Single(loaded.GetModelFor(TransformerScope.Scoring));
        Assert.Equal([0f, 2, 4], loaded.Transform(new CountingView(3)).Column<float>("Twice"));
    }

    [Fact]
    public void TheSameModelGivesTheSameBytes()
    {
        byte[] saved = Saved();
        if (Environment.GetEnvironmentVariable("MLPIPELINE_WRITE_FIXTURE") is string path)
            File.WriteAllBytes(path, saved);
        Assert.Equal(saved, Saved());
    }

    /// <summary>
    /// Files of every version that was ever released stay loadable; these were saved when their version was new.
    /// </summary>
    [Theory]
    [InlineData("version-1.zip")]
    public void OldFilesStayLoadable(string name)
    {
        using Stream file = typeof(ModelFileTests).Assembly.GetManifestResourceStream($"Models/Fixtures/{name}")!;
        ITransformer loaded = _ml.Model.Load(file, out DataViewSchema schema);
        Assert.Equal(RichSchema().ToString(), schema.ToString());
        Assert.Equal(["cat", "dog", "élan"], schema[1].GetTextsOrNull("KeyValues")!);
        Assert.Equal([0f, 2, 4], loaded.Transform(new CountingView(3)).Column<float>("Twice"));
    }

    [Fact]
    public void ANullSchemaAndASingleTransformerAreFine()
    {
        ITransformer single = _ml.Transforms.CustomMapping<Row, Doubled>(Map, "MlPipeline.Core.Tests.Twice")
            .Fit(new CountingView(3));
        using var stream = new MemoryStream();
        _ml.Model.Save(single, (DataViewSchema?)null, stream);
        stream.Position = 0;
        Assert.Single(Assert.IsType<TransformerChain<ITransformer>>(_ml.Model.Load(stream, out DataViewSchema schema)));
        Assert.Null(schema);
    }

    [Fact]
    public void EveryFlippedByteIsSeen()
    {
        byte[] good = Saved();
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = (byte[])good.Clone();
            bad[i] ^= (byte)(1 << (i % 8));
            var error = Assert.Throws<InvalidDataException>(() => _ml.Model.Load(new MemoryStream(bad), out _));
            Assert.Contains("the stream", error.Message);
        }
    }

    [Fact]
    public void EveryCutIsSeen()
    {
        byte[] good = Saved();
        for (int length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => _ml.Model.Load(new MemoryStream(good, 0, length), out _));
    }

    [Fact]
    public void PartsNestedTooDeepAreRefused()
    {
        ITransformer model = new TransformerChain<ITransformer>();
        for (int depth = 0; depth < 300; depth++)
            model = new TransformerChain<ITransformer>(model);
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => _ml.Model.Load(new MemoryStream(Saved(model)), out _));
        Assert.Contains("nested", error.Message);
    }

    [Fact]
    public void AnEntryThatClaimsMoreThanItCanHoldTakesNoMemory()
    {
        byte[] file = Saved();
        int header = file.AsSpan().IndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(file.AsSpan(header + 24), int.MaxValue - 64);
        byte[] digest = System.Security.Cryptography.SHA256.HashData(file.AsSpan(0, file.Length - 64));
        System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest), file.AsSpan(file.Length - 64));
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _ml.Model.Load(new MemoryStream(file), out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("manifest.json", error.Message);
    }

    [Fact]
    public void AFileIsReplacedAsAWholeOrNotAtAll()
    {
        string folder = Directory.CreateTempSubdirectory("mlpipeline-core-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.zip");
            _ml.Model.Save(Model(), RichSchema(), path);
            byte[] before = File.ReadAllBytes(path);
            ITransformer unsaveable = _ml.Transforms.CustomMapping<Row, Doubled>(Map, null).Fit(new CountingView(3));
            Assert.Throws<NotSupportedException>(() => _ml.Model.Save(unsaveable, RichSchema(), path));
            Assert.Equal(before, File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.NotNull(_ml.Model.Load(path, out _));

            File.WriteAllBytes(path, before[..^10]);
            Assert.Contains("model.zip", Assert.Throws<InvalidDataException>(() => _ml.Model.Load(path, out _)).Message);
            Assert.Throws<FileNotFoundException>(() => _ml.Model.Load(Path.Combine(folder, "none.zip"), out _));
            Assert.Throws<InvalidDataException>(() => _ml.Model.LoadWithDataLoader(new MemoryStream(before), out _));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ColumnsOfOtherStructuredTypesAreLeftOutWithAWarning()
    {
        var ml = new MLContext(1);
        var warnings = new List<LoggingEventArgs>();
        ml.Log += (_, args) => warnings.Add(args);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int32);
        builder.AddColumn("Tag", TagType.Instance);
        using var stream = new MemoryStream();
        ml.Model.Save(Model(), builder.ToSchema(), stream);
        stream.Position = 0;
        ml.Model.Load(stream, out DataViewSchema schema);
        Assert.Equal(["Id"], schema.Select(column => column.Name));
        LoggingEventArgs warning = Assert.Single(warnings);
        Assert.Equal(ChannelMessageKind.Warning, warning.Kind);
        Assert.Contains("'Tag'", warning.Message);
    }
}

namespace MlPipeline.Core.Tests;

public class EnumerableTests
{
    private static readonly MLContext _ml = new(1);

    private sealed class Everything
    {
        public sbyte SByte;
        public byte Byte;
        public short Int16;
        public ushort UInt16;
        public int Int32;
        public uint UInt32;
        public long Int64;
        public ulong UInt64;
        public float Single;
        public double Double;
        public bool Boolean;
        public string? String;
        public ReadOnlyMemory<char> Memory;
        public DateTime DateTime;
        public DateTimeOffset DateTimeOffset;
        public TimeSpan TimeSpan;
        public DataViewRowId RowId;
        public float[]? Variable;
        [VectorType(2)]
        public int[]? Known;
        [VectorType(2, 2)]
        public VBuffer<double> Buffer;
        public string[]? Strings;
        [KeyType(5)]
        public uint Key { get; set; }
        [KeyType]
        public byte[]? Keys { get; set; }
        [ColumnName("Renamed")]
        public int Property { get; set; }
        [NoColumn]
        public object? Hidden { get; set; }

        public int ReadOnly => 1;
    }

    private static Everything Row(int i) => new()
    {
        SByte = (sbyte)-i,
        Byte = (byte)i,
        Int16 = (short)-i,
        UInt16 = (ushort)i,
        Int32 = -i,
        UInt32 = (uint)i,
        Int64 = -i,
        UInt64 = (ulong)i,
        Single = i + 0.5f,
        Double = i + 0.25,
        Boolean = i % 2 == 0,
        String = $"s{i}",
        Memory = $"m{i}".AsMemory(),
        DateTime = new DateTime(2020, 1, 1 + i),
        DateTimeOffset = new DateTimeOffset(2020, 1, 1 + i, 0, 0, 0, TimeSpan.FromHours(2)),
        TimeSpan = TimeSpan.FromMinutes(i),
        RowId = new DataViewRowId((ulong)i, 7),
        Variable = Enumerable.Range(0, i).Select(x => (float)x).ToArray(),
        Known = [i, i + 1],
        Buffer = new VBuffer<double>(4, 1, [i], [2]),
        Strings = i == 1 ? null : ["a", $"b{i}"],
        Key = (uint)(i % 5 + 1),
        Keys = [(byte)i],
        Property = 10 * i,
    };

    [Fact]
    public void AllMemberTypesGoThereAndBack()
    {
        Everything[] rows = Enumerable.Range(0, 5).Select(Row).ToArray();
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        Assert.Equal(5, data.GetRowCount());
        DataViewSchema schema = data.Schema;
        Assert.Null(schema.GetColumnOrNull("Hidden"));
        Assert.Equal(new KeyDataViewType(typeof(uint), 5), schema["Key"].Type);
        Assert.Equal(new VectorDataViewType(new KeyDataViewType(typeof(byte), 255)), schema["Keys"].Type);
        Assert.Equal("Vector<Single>", schema["Variable"].Type.ToString());
        Assert.Equal("Vector<Int32, 2>", schema["Known"].Type.ToString());
        Assert.Equal("Vector<Double, 2, 2>", schema["Buffer"].Type.ToString());
        Assert.Equal(TextDataViewType.Instance, schema["String"].Type);

        Everything[] back = _ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: false).ToArray();
        Assert.Equal(5, back.Length);
        for (int i = 0; i < 5; i++)
        {
            (Everything a, Everything b) = (rows[i], back[i]);
            Assert.Equal(
                (a.SByte, a.Byte, a.Int16, a.UInt16, a.Int32, a.UInt32, a.Int64, a.UInt64),
                (b.SByte, b.Byte, b.Int16, b.UInt16, b.Int32, b.UInt32, b.Int64, b.UInt64));
            Assert.Equal(
                (a.Single, a.Double, a.Boolean, a.String, a.Memory.ToString()),
                (b.Single, b.Double, b.Boolean, b.String, b.Memory.ToString()));
            Assert.Equal(
                (a.DateTime, a.DateTimeOffset, a.TimeSpan, a.RowId, a.Key, a.Property),
                (b.DateTime, b.DateTimeOffset, b.TimeSpan, b.RowId, b.Key, b.Property));
            Assert.Equal(a.Variable, b.Variable);
            Assert.Equal(a.Known, b.Known);
            Assert.Equal(a.Buffer.DenseValues(), b.Buffer.DenseValues());
            Assert.Equal(a.Strings ?? [], b.Strings);
            Assert.Equal(a.Keys, b.Keys);
        }
    }

    [Fact]
    public void TheSequenceIsEnumeratedOncePerPassAndOnlyAsFarAsAsked()
    {
        int started = 0, yielded = 0;
        IEnumerable<Everything> Rows()
        {
            started++;
            for (int i = 0; i < 4; i++)
            {
                yielded++;
                yield return Row(i);
            }
        }
        IDataView data = _ml.Data.LoadFromEnumerable(Rows());
        Assert.Null(data.GetRowCount());
        using (DataViewRowCursor cursor = data.GetRowCursor([]))
        {
            Assert.Equal(0, started);
            Assert.Equal(-1, cursor.Position);
            Assert.True(cursor.MoveNext() && cursor.MoveNext());
            Assert.Equal(1, cursor.Position);
        }
        Assert.Equal((1, 2), (started, yielded));
        Assert.Equal(4, data.Column<int>("Int32").Count);
        Assert.Equal((2, 6), (started, yielded));
    }

    [Fact]
    public void OneObjectServesAllRowsWhenAskedFor()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(Row).ToArray());
        var seen = new List<Everything>();
        var arrays = new List<int[]>();
        foreach (Everything row in _ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: true))
        {
            seen.Add(row);
            arrays.Add(row.Known!);
        }
        Assert.Single(seen.Distinct());
        Assert.Single(arrays.Distinct());
        Assert.Equal([2, 3], arrays[0]);
    }

    public sealed class Half
    {
        public int Int32;
        public int Missing = 42;
    }

    [Fact]
    public void MissingColumnsAreRefusedByNameOrLeftAlone()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([Row(3)]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<Half>(data, false));
        Assert.Contains("Could not find", error.Message);
        Assert.Contains("'Missing'", error.Message);
        Half half = _ml.Data.CreateEnumerable<Half>(data, false, ignoreMissingColumns: true).Single();
        Assert.Equal((-3, 42), (half.Int32, half.Missing));
    }

    public sealed class WrongType
    {
        public float Int32 { get; set; }
    }

    [Fact]
    public void MistypedMembersAreRefusedByName()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([Row(3)]);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<WrongType>(data, false));
        Assert.Contains("'Int32'", error.Message);
        Assert.Contains("Single", error.Message);
    }

    [Fact]
    public void AGetterOfTheWrongTypeIsRefusedWithBothTypes()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([Row(3)]);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var error = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(data.Schema["Int32"]));
        Assert.Contains("'Int32'", error.Message);
        Assert.Contains("System.Single", error.Message);
        Assert.Contains("System.Int32", error.Message);
        ValueGetter<int> getter = cursor.GetGetter<int>(data.Schema["Int32"]);
        int value = 0;
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
    }

    [Fact]
    public void AVectorOfAnotherSizeThanPromisedIsRefusedByName()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            [new Everything { Known = [1, 2, 3], Buffer = new VBuffer<double>(4, new double[4]) }]);
        var error = Assert.Throws<InvalidOperationException>(() => data.Column<VBuffer<int>>("Known"));
        Assert.Contains("'Known'", error.Message);
        Assert.Contains("has 3", error.Message);
    }

    public sealed class Unsupported
    {
        public int? Nullable { get; set; }
    }

    public sealed class Twice
    {
        public int A;
        [ColumnName("A")]
        public int B;
    }

    public sealed class BadKey
    {
        [KeyType(3)]
        public int Key;
    }

    [Fact]
    public void ClassesThatCannotBeRowsAreRefusedByMember()
    {
        Assert.Contains(
            "'Nullable'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable<Unsupported>([])).Message);
        Assert.Contains("'A'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable<Twice>([])).Message);
        Assert.Contains(
            "'Key'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable<BadKey>([])).Message);
    }

    [Fact]
    public void ADefinitionAtRunTimeGivesSizesNamesAndAnnotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Everything));
        definition["Variable"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        definition["Key"].ColumnType = new KeyDataViewType(typeof(uint), 2);
        definition["Key"].AddAnnotation(
            "KeyValues", new VBuffer<ReadOnlyMemory<char>>(2, ["x".AsMemory(), "y".AsMemory()]),
            new VectorDataViewType(TextDataViewType.Instance, 2));
        definition["Int32"].ColumnName = "Number";
        IDataView data = _ml.Data.LoadFromEnumerable([Row(3)], definition);
        Assert.Equal(3, ((VectorDataViewType)data.Schema["Variable"].Type).Size);
        Assert.True(data.Schema["Key"].HasKeyValues());
        Assert.Equal([-3], data.Column<int>("Number"));
        Assert.Null(data.Schema.GetColumnOrNull("Int32"));

        definition["Number"].ColumnType = NumberDataViewType.Single;
        Assert.Contains(
            "'Number'", Assert.Throws<ArgumentOutOfRangeException>(
                () => _ml.Data.LoadFromEnumerable([Row(3)], definition)).Message);
    }

    [Fact]
    public void ASchemaGivesTypesAndAnnotations()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Variable", new VectorDataViewType(NumberDataViewType.Single, 3));
        IDataView data = _ml.Data.LoadFromEnumerable([Row(3)], builder.ToSchema());
        Assert.Equal(3, ((VectorDataViewType)data.Schema["Variable"].Type).Size);
        builder.AddColumn("Nope", NumberDataViewType.Single);
        Assert.Contains(
            "'Nope'", Assert.Throws<ArgumentOutOfRangeException>(
                () => _ml.Data.LoadFromEnumerable([Row(3)], builder.ToSchema())).Message);
    }

    [Fact]
    public void ANullRowIsRefused()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new Everything[] { Row(1), null! });
        Assert.Contains("Row 1", Assert.Throws<InvalidOperationException>(() => data.Column<int>("Int32")).Message);
    }
}

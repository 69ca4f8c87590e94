namespace MlPipeline.Core.Tests;

public class DataViewSchemaTests
{
    private static DataViewSchema Schema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Double);
        return builder.ToSchema();
    }

    [Fact]
    public void ALaterColumnHidesAnEarlierOfTheSameName()
    {
        DataViewSchema schema = Schema();
        Assert.Equal([true, false, false], schema.Select(column => column.IsHidden));
        Assert.Equal((2, NumberDataViewType.Double), (schema["A"].Index, schema["A"].Type));
        Assert.Equal(NumberDataViewType.Single, schema[0].Type);
        Assert.Equal(3, schema.Count);
    }

    [Fact]
    public void AMissingColumnIsNamed()
    {
        DataViewSchema schema = Schema();
        Assert.Null(schema.GetColumnOrNull("C"));
        Assert.Contains("'C'", Assert.Throws<ArgumentOutOfRangeException>(() => schema["C"]).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => schema[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => schema[-1]);
        Assert.Throws<ArgumentException>(() => new DataViewSchema.Builder().AddColumn("", NumberDataViewType.Single));
    }

    [Fact]
    public void ColumnsAreTakenOverWithTheirAnnotations()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(["x", "y"]);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single, 2), annotations.ToAnnotations());
        builder.AddColumns(Schema());
        builder.AddColumns([new DataViewSchema.DetachedColumn(Schema()[1])]);
        DataViewSchema schema = builder.ToSchema();
        Assert.Equal(["V", "A", "B", "A", "B"], schema.Select(column => column.Name));
        Assert.True(schema["V"].HasSlotNames());
        Assert.False(schema["A"].HasSlotNames());
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["V"].GetSlotNames(ref names);
        Assert.Equal(["x", "y"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void AnnotationsAreTypedAndNamed()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        builder.Add<VBuffer<float>>(
            "Ranges", new VectorDataViewType(NumberDataViewType.Single, 1),
            (ref VBuffer<float> value) => VBuffer<float>.Copy([7], 0, ref value, 1));
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        Assert.Equal(["IsNormalized", "Ranges"], annotations.Schema.Select(kind => kind.Name));
        VBuffer<float> ranges = default;
        annotations.GetValue("Ranges", ref ranges);
        Assert.Equal([7f], ranges.DenseValues());
        float wrong = 0;
        Assert.Contains(
            "'Ranges'", Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Ranges", ref wrong)).Message);
        Assert.Contains(
            "'Nope'", Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Nope", ref wrong)).Message);
        Assert.Contains("'X'", Assert.Throws<ArgumentException>(
            () => builder.Add<int>("X", NumberDataViewType.Single, (ref int value) => value = 1)).Message);

        var selected = new DataViewSchema.Annotations.Builder();
        selected.Add(annotations, kind => kind == "IsNormalized");
        selected.Add(null, _ => true);
        Assert.Equal(["IsNormalized"], selected.ToAnnotations().Schema.Select(kind => kind.Name));
        Assert.Empty(DataViewSchema.Annotations.Empty.Schema);
    }

    [Fact]
    public void KeyValuesMustMatchTheCount()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyValues(["cat", "dog"]);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Two", new KeyDataViewType(typeof(uint), 2), annotations.ToAnnotations());
        builder.AddColumn("Three", new KeyDataViewType(typeof(uint), 3), annotations.ToAnnotations());
        builder.AddColumn("Number", NumberDataViewType.UInt32, annotations.ToAnnotations());
        builder.AddColumn("Vector", new VectorDataViewType(new KeyDataViewType(typeof(uint), 2)), annotations.ToAnnotations());
        DataViewSchema schema = builder.ToSchema();
        Assert.Equal([true, false, false, true], schema.Select(column => column.HasKeyValues()));
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Two"].GetKeyValues(ref values);
        Assert.Equal("dog", values.GetItemOrDefault(1).ToString());
    }

    [Fact]
    public void AShapeForgetsSizesAndHiddenColumns()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(Schema());
        builder.AddColumn("Known", new VectorDataViewType(NumberDataViewType.Single, 3));
        builder.AddColumn("Unknown", new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn("Key", new KeyDataViewType(typeof(byte), 3));
        SchemaShape shape = SchemaShape.Create(builder.ToSchema());
        Assert.Equal("B: String, A: Double, Known: Vector<Single>, Unknown: VarVector<String>, Key: Key<Byte>", shape.ToString());
        Assert.True(shape[4].IsKey);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, shape[3].Kind);
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => shape.Require("Nope", "a test")).Message);
    }
}

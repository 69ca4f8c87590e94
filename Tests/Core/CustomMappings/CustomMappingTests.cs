namespace MlPipeline.Core.Tests;

public class CustomMappingTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Source
    {
        public int Id { get; set; }
        [VectorType(2)]
        public float[]? Features { get; set; }
    }

    public sealed class Target
    {
        public float Sum { get; set; }
        [VectorType(3)]
        public float[]? Longer { get; set; }
        public string? Text { get; set; }
    }

    private const string Contract = "MlPipeline.Core.Tests.Sum";

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class SumFactory : CustomMappingFactory<Source, Target>
    {
        public override Action<Source, Target> GetMapping() => Map;
    }

    private static void Map(Source source, Target target)
    {
        target.Sum = source.Id + source.Features!.Sum();
        target.Longer = [.. source.Features!, source.Id];
        target.Text = $"#{source.Id}";
    }

    [Fact]
    public void ColumnsComeFromTheFunction()
    {
        IDataView data = _ml.Transforms.CustomMapping<Source, Target>(Map, null).Fit(new CountingView(4))
            .Transform(new CountingView(4));
        Assert.Equal(["Id", "Features", "Sum", "Longer", "Text"], data.Schema.Select(column => column.Name));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), data.Schema["Longer"].Type);
        Assert.Equal([0f, 1, 2, 3], data.Column<float>("Sum"));
        Assert.Equal(["#0", "#1", "#2", "#3"], data.Column<ReadOnlyMemory<char>>("Text").Select(text => text.ToString()));
        Assert.Equal([3f, -3, 3], data.Column<VBuffer<float>>("Longer")[3].DenseValues());
    }

    [Fact]
    public void TheFunctionRunsOncePerRowAndOnlyIfAsked()
    {
        int calls = 0;
        void Counted(Source source, Target target)
        {
            calls++;
            Map(source, target);
        }
        var source = new CountingView(4);
        IDataView data = _ml.Transforms.CustomMapping<Source, Target>(Counted, null).Fit(source).Transform(source);
        Assert.Equal([0, 1, 2, 3], data.Ids());
        Assert.Equal((0, 0), (calls, source.Getters[1]));

        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Sum"], data.Schema["Text"]]);
        Assert.Equal(["Id", "Features"], source.Asked[^1]);
        ValueGetter<float> sum = cursor.GetGetter<float>(data.Schema["Sum"]);
        ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Text"]);
        float value = 0;
        ReadOnlyMemory<char> characters = default;
        Assert.Throws<InvalidOperationException>(() => sum(ref value));
        cursor.MoveNext();
        Assert.Equal(0, calls);
        sum(ref value);
        sum(ref value);
        text(ref characters);
        Assert.Equal(1, calls);
        cursor.MoveNext();
        text(ref characters);
        Assert.Equal((2, "#1"), (calls, characters.ToString()));
    }

    public sealed class Partial
    {
        public float Sum { get; set; }
    }

    [Fact]
    public void AFreshTargetCarriesNothingOverFromTheRowBefore()
    {
        var source = new CountingView(4);
        CustomMappingEstimator<Source, Partial> estimator = _ml.Transforms.CustomMapping<Source, Partial>(
            (row, target) => target.Sum += row.Id, null);
        Assert.Equal([0f, 1, 2, 3], estimator.Fit(source).Transform(source).Column<float>("Sum"));
    }

    public sealed class NeedsMore
    {
        public int Id { get; set; }
        public float Absent { get; set; }
    }

    public sealed class NeedsOther
    {
        public float Id { get; set; }
    }

    [Fact]
    public void MissingAndMistypedInputsAreRefusedByName()
    {
        var source = new CountingView(4);
        SchemaShape shape = SchemaShape.Create(source.Schema);
        CustomMappingEstimator<NeedsMore, Target> more = _ml.Transforms.CustomMapping<NeedsMore, Target>((_, _) => { }, null);
        Assert.Contains("'Absent'", Assert.Throws<ArgumentOutOfRangeException>(() => more.GetOutputSchema(shape)).Message);
        Assert.Contains("'Absent'", Assert.Throws<ArgumentOutOfRangeException>(() => more.Fit(source)).Message);
        CustomMappingEstimator<NeedsOther, Target> other = _ml.Transforms.CustomMapping<NeedsOther, Target>((_, _) => { }, null);
        Assert.Contains("'Id'", Assert.Throws<ArgumentOutOfRangeException>(() => other.GetOutputSchema(shape)).Message);
        Assert.Contains("'Id'", Assert.Throws<InvalidOperationException>(() => other.Fit(source)).Message);
    }

    [Fact]
    public void ThePromisedSchemaIsTheDeliveredOne()
    {
        var source = new CountingView(4);
        CustomMappingEstimator<Source, Target> estimator = _ml.Transforms.CustomMapping<Source, Target>(Map, null);
        SchemaShape promised = estimator.GetOutputSchema(SchemaShape.Create(source.Schema));
        SchemaShape delivered = SchemaShape.Create(estimator.Fit(source).GetOutputSchema(source.Schema));
        Assert.Equal(promised.ToString(), delivered.ToString());
    }

    [Fact]
    public void ASavedMappingFindsItsFactory()
    {
        var source = new CountingView(4);
        ITransformer model = _ml.Transforms.CustomMapping<Source, Target>(Map, Contract).Fit(source);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, source.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        Assert.Equal(source.Schema.ToString(), schema.ToString());
        Assert.Equal(model.Transform(source).Column<float>("Sum"), loaded.Transform(source).Column<float>("Sum"));
    }

    [Fact]
    public void SavingNeedsAContractAndLoadingItsFactory()
    {
        var source = new CountingView(4);
        ITransformer nameless = _ml.Transforms.CustomMapping<Source, Target>(Map, null).Fit(source);
        Assert.Contains(
            "contract", Assert.Throws<NotSupportedException>(
                () => _ml.Model.Save(nameless, source.Schema, new MemoryStream())).Message);

        using var stream = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.CustomMapping<Source, Target>(Map, "nobody").Fit(source), source.Schema, stream);
        stream.Position = 0;
        Assert.Contains("nobody", Assert.Throws<InvalidDataException>(() => _ml.Model.Load(stream, out _)).Message);
    }

    [Fact]
    public void APredicateDropsTheRowsForWhichItIsTrue()
    {
        IDataView kept = _ml.Data.FilterByCustomPredicate<Source>(new CountingView(6), row => row.Features![0] % 2 == 0);
        Assert.Equal([1, 3, 5], kept.Ids());
        Assert.Equal([1, 3, 5], kept.Ids());
    }

    public sealed class State
    {
        public int Seen { get; set; }
    }

    [Fact]
    public void AStatefulPredicateStartsAnewInEachPass()
    {
        IDataView kept = _ml.Data.FilterByStatefulCustomPredicate<Source, State>(
            new CountingView(6), (row, state) => ++state.Seen > 3, state => state.Seen = 1);
        Assert.Equal([0, 1], kept.Ids());
        Assert.Equal([0, 1], kept.Ids());
    }
}

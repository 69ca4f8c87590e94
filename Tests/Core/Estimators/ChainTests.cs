namespace MlPipeline.Core.Tests;

public class ChainTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Row
    {
        public int Id { get; set; }
    }

    public sealed class Plus
    {
        public int Plus1 { get; set; }
    }

    public sealed class PlusRow
    {
        public int Plus1 { get; set; }
    }

    public sealed class Squared
    {
        public int Square { get; set; }
    }

    private static CustomMappingEstimator<Row, Plus> AddOne(Action? onCall = null) => _ml.Transforms.CustomMapping<Row, Plus>(
        (row, target) =>
        {
            onCall?.Invoke();
            target.Plus1 = row.Id + 1;
        }, null);

    private static CustomMappingEstimator<PlusRow, Squared> Square() =>
        _ml.Transforms.CustomMapping<PlusRow, Squared>((row, target) => target.Square = row.Plus1 * row.Plus1, null);

    /// <summary>Reads its input some times when fitted.</summary>
    private sealed class Reader<T>(IEstimator<T> inner, int passes) : IEstimator<T>
        where T : class, ITransformer
    {
        public T Fit(IDataView input)
        {
            for (int i = 0; i < passes; i++)
                input.Column<int>("Plus1");
            return inner.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
    }

    [Fact]
    public void AChainTransformsInOrderAndNamesItsLast()
    {
        EstimatorChain<CustomMappingTransformer<PlusRow, Squared>> chain = AddOne().Append(Square());
        var source = new CountingView(4);
        TransformerChain<CustomMappingTransformer<PlusRow, Squared>> model = chain.Fit(source);
        Assert.NotNull(model.LastTransformer);
        Assert.NotNull(chain.LastEstimator);
        Assert.Equal([1, 4, 9, 16], model.Transform(source).Column<int>("Square"));
        Assert.Equal(
            "Id: Int32, Features: Vector<Single>, Plus1: Int32, Square: Int32",
            chain.GetOutputSchema(SchemaShape.Create(source.Schema)).ToString());
        Assert.Equal(["Id", "Features", "Plus1", "Square"], model.GetOutputSchema(source.Schema).Select(column => column.Name));
        Assert.Equal(2, model.Count());
    }

    [Fact]
    public void AChainMapsRowByRowWithTheNeededInputsOnly()
    {
        var source = new CountingView(4);
        ITransformer model = AddOne().Append(Square()).Fit(source);
        Assert.True(model.IsRowToRowMapper);
        IRowToRowMapper mapper = model.GetRowToRowMapper(source.Schema);
        DataViewSchema.Column square = mapper.OutputSchema["Square"];
        Assert.Equal(["Id"], mapper.GetDependencies([square]).Select(column => column.Name));
        Assert.Equal(["Features"], mapper.GetDependencies([mapper.OutputSchema["Features"]]).Select(column => column.Name));
        using DataViewRowCursor cursor = source.GetRowCursor(mapper.GetDependencies([square]));
        using DataViewRow row = mapper.GetRow(cursor, [square]);
        Assert.True(row.IsColumnActive(square));
        Assert.False(row.IsColumnActive(mapper.OutputSchema["Plus1"]));
        ValueGetter<int> getter = row.GetGetter<int>(square);
        int value = 0;
        cursor.MoveNext();
        cursor.MoveNext();
        getter(ref value);
        Assert.Equal(4, value);

        ITransformer empty = new TransformerChain<ITransformer>();
        Assert.Same(source.Schema, empty.GetRowToRowMapper(source.Schema).OutputSchema);
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 10)]
    public void ACheckpointSpareAnEstimatorThatReadsOften(bool cached, int expectedCalls)
    {
        int calls = 0;
        EstimatorChain<CustomMappingTransformer<Row, Plus>> start = new EstimatorChain<ITransformer>()
            .Append(AddOne(() => calls++));
        if (cached)
            start = start.AppendCacheCheckpoint(_ml).AppendCacheCheckpoint(_ml);
        var source = new CountingView(10);
        TransformerChain<CustomMappingTransformer<PlusRow, Squared>> model = start.Append(
            new Reader<CustomMappingTransformer<PlusRow, Squared>>(Square(), 3)).Fit(source);
        Assert.Equal(expectedCalls, calls);
        Assert.Equal(2, model.Count());
        Assert.Equal(121 - 21, model.Transform(source).Column<int>("Square")[9]);
    }

    [Fact]
    public void ScopesChooseTransformers()
    {
        var source = new CountingView(2);
        TransformerChain<CustomMappingTransformer<PlusRow, Squared>> model =
            AddOne().Append(Square(), TransformerScope.TrainTest).Fit(source);
        Assert.Null(model.Transform(source, TransformerScope.Scoring).Schema.GetColumnOrNull("Square"));
        Assert.NotNull(model.Transform(source, TransformerScope.Testing).Schema.GetColumnOrNull("Square"));
        Assert.Single(model.GetModelFor(TransformerScope.Scoring));
        Assert.Equal(3, model.GetOutputSchema(source.Schema, TransformerScope.Scoring).Count);
    }

    [Fact]
    public void AChainThatDoesNotFitIsRefusedBeforeAnythingIsRead()
    {
        var source = new CountingView(2);
        EstimatorChain<CustomMappingTransformer<Row, Plus>> wrongWay = Square().Append(AddOne());
        Assert.Contains("'Plus1'", Assert.Throws<ArgumentOutOfRangeException>(() => wrongWay.Fit(source)).Message);
        Assert.Equal(0, source.Cursors);
    }

    [Fact]
    public void OnFitIsCalledWithTheTransformer()
    {
        CustomMappingTransformer<Row, Plus>? fitted = null;
        var source = new CountingView(2);
        TransformerChain<CustomMappingTransformer<PlusRow, Squared>> model =
            AddOne().WithOnFitDelegate(transformer => fitted = transformer).Append(Square()).Fit(source);
        Assert.Same(model.First(), fitted);
    }

    [Fact]
    public void TransformersAppendToo()
    {
        var source = new CountingView(3);
        CustomMappingTransformer<Row, Plus> first = AddOne().Fit(source);
        TransformerChain<CustomMappingTransformer<PlusRow, Squared>> chain = first.Append(Square().Fit(first.Transform(source)));
        Assert.Equal([1, 4, 9], chain.Transform(source).Column<int>("Square"));
        Assert.Throws<ArgumentException>(() => new TransformerChain<ITransformer>([first], []));
        Assert.Throws<ArgumentException>(() => new TransformerChain<CustomMappingTransformer<PlusRow, Squared>>(first));
    }

    [Fact]
    public void MappedCursorsRunSideBySide()
    {
        var source = new CountingView(1000);
        IDataView data = AddOne().Append(Square()).Fit(source).Transform(source);
        using DataViewRowCursor first = data.GetRowCursor([data.Schema["Square"]]);
        using DataViewRowCursor second = data.GetRowCursor([data.Schema["Square"]]);
        ValueGetter<int> firstGetter = first.GetGetter<int>(data.Schema["Square"]);
        ValueGetter<int> secondGetter = second.GetGetter<int>(data.Schema["Square"]);
        (int a, int b) = (0, 0);
        Assert.True(first.MoveNext() && second.MoveNext() && first.MoveNext());
        firstGetter(ref a);
        secondGetter(ref b);
        Assert.Equal((4, 1), (a, b));
        Assert.Equal(["Id"], source.Asked[^1]);
    }
}

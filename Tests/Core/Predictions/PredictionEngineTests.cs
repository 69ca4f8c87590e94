namespace MlPipeline.Core.Tests;

public class PredictionEngineTests
{
    private static readonly MLContext _ml = new(1);

    public sealed class Example
    {
        public int Id { get; set; }
        [VectorType(2)]
        public float[]? Features { get; set; }
    }

    public sealed class Prediction
    {
        public float Sum { get; set; }
        public float[]? Longer { get; set; }
        public int Id { get; set; }
        public string Untouched { get; set; } = "as it was";
    }

    public sealed class Mapped
    {
        public float Sum { get; set; }
        [VectorType(3)]
        public float[]? Longer { get; set; }
    }

    private static void Map(Example source, Mapped target)
    {
        target.Sum = source.Features!.Sum();
        target.Longer = [.. source.Features!, source.Id];
    }

    private static TransformerChain<CustomMappingTransformer<Example, Mapped>> Model() =>
        new EstimatorChain<ITransformer>().Append(_ml.Transforms.CustomMapping<Example, Mapped>(Map, null))
            .Fit(new CountingView(1));

    [Fact]
    public void PredictsOneExampleAfterAnother()
    {
        using PredictionEngine<Example, Prediction> engine = _ml.Model.CreatePredictionEngine<Example, Prediction>(Model());
        Assert.NotNull(engine.OutputSchema.GetColumnOrNull("Sum"));
        for (int i = 0; i < 5; i++)
        {
            Prediction prediction = engine.Predict(new Example { Id = i, Features = [i, 10] });
            Assert.Equal((i + 10f, i, "as it was"), (prediction.Sum, prediction.Id, prediction.Untouched));
            Assert.Equal([i, 10f, i], prediction.Longer!);
        }
    }

    [Fact]
    public void APredictionObjectIsWrittenInto()
    {
        using PredictionEngine<Example, Prediction> engine = _ml.Model.CreatePredictionEngine<Example, Prediction>(Model());
        Prediction prediction = engine.Predict(new Example { Features = [1, 2] });
        (Prediction same, float[] array) = (prediction, prediction.Longer!);
        engine.Predict(new Example { Features = [3, 4] }, ref prediction);
        Assert.Same(same, prediction);
        Assert.Same(array, prediction.Longer);
        Assert.Equal([3f, 4, 0], array);
    }

    [Fact]
    public void MissingOutputsAreRefusedIfAskedFor()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Model.CreatePredictionEngine<Example, Prediction>(Model(), ignoreMissingColumns: false));
        Assert.Contains("'Untouched'", error.Message);
    }

    public sealed class Incomplete
    {
        public int Id { get; set; }
    }

    [Fact]
    public void MissingInputsAreRefusedByName()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Model.CreatePredictionEngine<Incomplete, Prediction>(Model()));
        Assert.Contains("'Features'", error.Message);
    }

    public sealed class Unsized
    {
        public int Id { get; set; }
        public float[]? Features { get; set; }
    }

    [Fact]
    public void ASchemaGivesTheExampleItsSizes()
    {
        TransformerChain<CustomMappingTransformer<Example, Mapped>> model = Model();
        using var engine = _ml.Model.CreatePredictionEngine<Unsized, Mapped>(model, new CountingView(1).Schema);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), engine.OutputSchema["Features"].Type);
        Assert.Equal(3, engine.Predict(new Unsized { Features = [1, 2] }).Sum);
    }

    private sealed class Disposable(ITransformer inner) : ITransformer, IDisposable
    {
        public int Disposed { get; private set; }

        public bool IsRowToRowMapper { get; init; } = true;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IDataView Transform(IDataView input) => inner.Transform(input);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx)
        {
        }

        public void Dispose() => Disposed++;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheEngineDisposesATransformerThatItOwns(bool owns)
    {
        var transformer = new Disposable(Model());
        var engine = _ml.Model.CreatePredictionEngine<Example, Prediction>(
            new TransformerChain<ITransformer>(transformer), new PredictionEngineOptions { OwnsTransformer = owns });
        engine.Dispose();
        engine.Dispose();
        Assert.Equal(owns ? 1 : 0, transformer.Disposed);
        Assert.Throws<ObjectDisposedException>(() => engine.Predict(new Example()));
    }

    [Fact]
    public void ATransformerThatNeedsManyRowsIsRefused()
    {
        var transformer = new Disposable(Model()) { IsRowToRowMapper = false };
        Assert.Throws<ArgumentException>(() => _ml.Model.CreatePredictionEngine<Example, Prediction>(transformer));
        ITransformer chain = new TransformerChain<ITransformer>(transformer);
        Assert.False(chain.IsRowToRowMapper);
        Assert.Throws<InvalidOperationException>(() => chain.GetRowToRowMapper(new CountingView(1).Schema));
    }

    [Fact]
    public void ATransformerFromOutsideThatWritesNothingCannotBeSaved()
    {
        var error = Assert.Throws<NotSupportedException>(
            () => _ml.Model.Save(new Disposable(Model()), null, new MemoryStream()));
        Assert.Contains(nameof(Disposable), error.Message);
    }
}

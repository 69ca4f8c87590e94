namespace MlPipeline.Core.Tests;

public class PreviewTests
{
    private static readonly MLContext _ml = new(1);

    [Fact]
    public void The_first_rows_are_given_by_rows_and_by_columns()
    {
        var view = new CountingView(200);
        DataDebuggerPreview preview = view.Preview();
        Assert.Equal("2 columns, 100 rows", preview.ToString());
        Assert.Equal(100, view.Moves);
        Assert.Equal(["Id", "Features"], preview.RowView[3].Values.Select(value => value.Key));
        Assert.Equal(3, preview.RowView[3].Values[0].Value);
        Assert.Equal([3f, -3], ((VBuffer<float>)preview.RowView[3].Values[1].Value).DenseValues());
        Assert.Equal("Id", preview.ColumnView[0].Column.Name);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object>(), preview.ColumnView[0].Values);
        Assert.Equal(2, view.Preview(2).RowView.Length);
        Assert.Empty(view.Preview(0).RowView);
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Preview(-1));
    }

    [Fact]
    public void Transformers_estimators_and_loaders_can_be_looked_at()
    {
        var view = new CountingView(20);
        IEstimator<ITransformer> estimator = _ml.Transforms.Conversion.MapValueToKey("Key", "Id");
        Assert.Equal(20, estimator.Fit(view).Preview(view).RowView.Length);

        // Fitted to the first five rows, so that the others are not known.
        DataDebuggerPreview preview = estimator.Preview(view, maxRows: 7, maxTrainingRows: 5);
        Assert.Equal([1u, 2, 3, 4, 5, 0, 0], preview.ColumnView[2].Values.Cast<uint>());

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "1\t2\n3\t4\n");
            TextLoader loader = _ml.Data.CreateTextLoader([new TextLoader.Column("X", DataKind.Single, 1)]);
            Assert.Equal([2f, 4], loader.Preview(new MultiFileSource(path)).ColumnView[0].Values.Cast<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }
}

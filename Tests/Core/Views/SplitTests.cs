namespace MlPipeline.Core.Tests;

public class SplitTests
{
    private static readonly MLContext _ml = new(1);

    [Fact]
    public void TheTwoSidesAreDisjointAndComplete()
    {
        var source = new CountingView(2000);
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(source, 0.25);
        List<int> test = split.TestSet.Ids();
        Assert.InRange(test.Count, 420, 580);
        Assert.Equal(Enumerable.Range(0, 2000), split.TrainSet.Ids().Concat(test).Order());
    }

    [Fact]
    public void TheSeedDecidesAndFallsBackToTheContexts()
    {
        var source = new CountingView(500);
        List<int> first = _ml.Data.TrainTestSplit(source).TestSet.Ids();
        Assert.Equal(first, new MLContext(1).Data.TrainTestSplit(source).TestSet.Ids());
        Assert.Equal(first, new MLContext(7).Data.TrainTestSplit(source, seed: 1).TestSet.Ids());
        Assert.NotEqual(first, new MLContext(2).Data.TrainTestSplit(source).TestSet.Ids());
        Assert.Equal(
            new MLContext().Data.TrainTestSplit(source).TestSet.Ids(), new MLContext().Data.TrainTestSplit(source).TestSet.Ids());
    }

    [Fact]
    public void TheSidesDoNotDependOnTheOrderOfRows()
    {
        var source = new CountingView(500);
        IDataView shuffled = _ml.Data.ShuffleRows(source, seed: 3);
        Assert.Equal(_ml.Data.TrainTestSplit(source).TestSet.Ids(), _ml.Data.TrainTestSplit(shuffled).TestSet.Ids().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASplitOfASplitDrawsAnew(bool byKey)
    {
        string? key = byKey ? "Id" : null;
        IDataView train = _ml.Data.TrainTestSplit(new CountingView(4000), 0.2, key).TrainSet;
        int count = train.Ids().Count;
        Assert.InRange(_ml.Data.TrainTestSplit(train, 0.25, key).TestSet.Ids().Count, 0.2 * count, 0.3 * count);
        Assert.All(
            _ml.Data.CrossValidationSplit(train, 4, key),
            fold => Assert.InRange(fold.TestSet.Ids().Count, 0.2 * count, 0.3 * count));
    }

    [Fact]
    public void FoldsCoverEachRowOnce()
    {
        IReadOnlyList<DataOperationsCatalog.TrainTestData> folds = _ml.Data.CrossValidationSplit(new CountingView(1000), 4);
        Assert.Equal(4, folds.Count);
        Assert.Equal(Enumerable.Range(0, 1000), folds.SelectMany(fold => fold.TestSet.Ids()).Order());
        Assert.All(folds, fold => Assert.Equal(1000, fold.TestSet.Ids().Concat(fold.TrainSet.Ids()).Distinct().Count()));
    }

    private sealed class Grouped
    {
        public int Id { get; set; }
        public string Group { get; set; } = "";
        public float[] Vector { get; set; } = [];
    }

    [Theory]
    [InlineData("Group")]
    [InlineData("Vector")]
    public void ASamplingKeyKeepsItsGroupTogether(string key)
    {
        Grouped[] rows = Enumerable.Range(0, 900).Select(i => new Grouped { Id = i, Group = $"g{i % 90}", Vector = [i % 90, 1] })
            .ToArray();
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(_ml.Data.LoadFromEnumerable(rows), 0.3, key);
        HashSet<int> test = split.TestSet.Ids().Select(id => id % 90).ToHashSet();
        HashSet<int> train = split.TrainSet.Ids().Select(id => id % 90).ToHashSet();
        Assert.InRange(test.Count, 12, 44);
        Assert.Empty(test.Intersect(train));
        Assert.Equal(90, test.Count + train.Count);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        var source = new CountingView(5);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(source, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(source, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(source, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CrossValidationSplit(source, 1));
        Assert.Contains(
            "'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(source, 0.1, "Nope")).Message);
    }
}

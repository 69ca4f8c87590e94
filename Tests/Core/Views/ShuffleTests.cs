namespace MlPipeline.Core.Tests;

public class ShuffleTests
{
    private static readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(int.MaxValue)]
    public void EachRowComesOnceWithItsOwnValues(int pool)
    {
        IDataView shuffled = _ml.Data.ShuffleRows(new CountingView(1000), shufflePoolSize: pool);
        List<int> ids = shuffled.Ids();
        Assert.Equal(Enumerable.Range(0, 1000), ids.Order());
        Assert.Equal(pool == 1, ids.SequenceEqual(Enumerable.Range(0, 1000)));
        using DataViewRowCursor cursor = shuffled.GetRowCursor(shuffled.Schema);
        ValueGetter<int> id = cursor.GetGetter<int>(shuffled.Schema["Id"]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(shuffled.Schema["Features"]);
        ValueGetter<DataViewRowId> rowId = cursor.GetIdGetter();
        int number = 0;
        VBuffer<float> vector = default;
        DataViewRowId row = default;
        for (int position = 0; cursor.MoveNext(); position++)
        {
            id(ref number);
            features(ref vector);
            rowId(ref row);
            Assert.Equal((position, number, (ulong)number), ((int)cursor.Position, (int)vector.GetItemOrDefault(0), row.Low));
        }
    }

    [Fact]
    public void TheSeedDecidesTheOrder()
    {
        var source = new CountingView(200);
        var ml = new MLContext(1);
        List<int> ids = ml.Data.ShuffleRows(source).Ids();
        Assert.Equal(ids, new MLContext(1).Data.ShuffleRows(source).Ids());
        Assert.NotEqual(ids, ml.Data.ShuffleRows(source).Ids());
        Assert.NotEqual(ids, new MLContext(2).Data.ShuffleRows(source).Ids());
        Assert.Equal(_ml.Data.ShuffleRows(source, 5).Ids(), new MLContext(9).Data.ShuffleRows(source, 5).Ids());
        Assert.NotEqual(ids, _ml.Data.ShuffleRows(source).Ids(new Random(77)));
    }

    [Fact]
    public void ThePoolBoundsHowFarTheSourceIsReadAhead()
    {
        var source = new CountingView(1000);
        using DataViewRowCursor cursor = _ml.Data.ShuffleRows(source, shufflePoolSize: 20).GetRowCursor([]);
        cursor.MoveNext();
        Assert.Equal(20, source.Moves);
        cursor.MoveNext();
        Assert.Equal(21, source.Moves);
    }

    [Fact]
    public void ASourceThatCanShuffleIsShuffledAsAWhole()
    {
        CacheTests.EnumerableRow[] rows = Enumerable.Range(0, 1000).Select(i => new CacheTests.EnumerableRow { Id = i })
            .ToArray();
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        Assert.True(data.CanShuffle);
        Assert.Contains(_ml.Data.ShuffleRows(data, shufflePoolSize: 2).Ids().Take(10), id => id > 500);
        Assert.DoesNotContain(
            _ml.Data.ShuffleRows(data, shufflePoolSize: 2, shuffleSource: false).Ids().Take(10), id => id > 500);
    }

    [Fact]
    public void ABootstrapSampleAndItsComplementCoverTheRows()
    {
        var source = new CountingView(5000);
        List<int> sample = _ml.Data.BootstrapSample(source, 3).Ids();
        List<int> rest = _ml.Data.BootstrapSample(source, 3, complement: true).Ids();
        Assert.InRange(sample.Count, 4700, 5300);
        Assert.InRange(rest.Count, 5000 * 0.34, 5000 * 0.40);
        Assert.Empty(sample.Intersect(rest));
        Assert.Equal(5000, sample.Distinct().Count() + rest.Count);
        Assert.Contains(sample.GroupBy(id => id), group => group.Count() >= 3);
    }
}
